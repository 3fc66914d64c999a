"""What the copywriter writes depends on the request alone, and never leaves what the brief can
state.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tasks.copywriter.decoding import Copywriter, load_copywriter
from tasks.copywriter.sampling import draw, uniforms
from tasks.copywriter.slots import slot_names
from tasks.errors import CopywriterError, HubUnreachable, NotAModel
from tests.tiny_copywriter import request


def _llama(folder: Path, tokenizer: Any) -> None:
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=48,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=6,
        num_key_value_heads=2,
        max_position_embeddings=128,
        initializer_range=0.3,
        eos_token_id=tokenizer.eos_token_id,
    )
    LlamaForCausalLM(config).save_pretrained(folder)


def _gpt_neox(folder: Path, tokenizer: Any) -> None:
    from transformers import GPTNeoXConfig, GPTNeoXForCausalLM

    config = GPTNeoXConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        rotary_pct=1.0,
        max_position_embeddings=128,
        initializer_range=0.3,
    )
    GPTNeoXForCausalLM(config).save_pretrained(folder)


@pytest.fixture(scope="module", params=["trained", "llama", "gpt_neox"])
def copywriter(
    request: pytest.FixtureRequest, tiny_copywriter: Path, tmp_path_factory: pytest.TempPathFactory
) -> Copywriter:
    makers: dict[str, Callable[[Path, Any], None]] = {"llama": _llama, "gpt_neox": _gpt_neox}
    if request.param == "trained":
        return load_copywriter(tiny_copywriter, count_rows=16)
    import torch
    from transformers import AutoTokenizer

    folder = tmp_path_factory.mktemp(request.param)
    tokenizer = AutoTokenizer.from_pretrained(tiny_copywriter)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    makers[request.param](folder, tokenizer)
    return load_copywriter(folder, count_rows=16)


def test_a_text_does_not_depend_on_batch_neighbours_or_order(copywriter: Copywriter) -> None:
    requests = [request(number) for number in range(32)]
    together = copywriter.write(requests)
    assert [len(drafts) for drafts in together] == [r.candidates for r in requests]
    for size in (1, 3, 7):
        parts = [copywriter.write(requests[i : i + size]) for i in range(0, 14, size)]
        assert [drafts for part in parts for drafts in part][:14] == together[:14], size
    order = list(range(32))
    random.Random(5).shuffle(order)
    shuffled = copywriter.write([requests[i] for i in order])
    assert [shuffled[order.index(i)] for i in range(32)] == together


def test_texts_keep_to_slots_and_hold_no_digits_or_markup(copywriter: Copywriter) -> None:
    requests = [request(number, max_new_tokens=40, temperature=1.5) for number in range(24)]
    for asked, drafts in zip(requests, copywriter.write(requests), strict=True):
        for draft in drafts:
            found = slot_names(draft.text)
            assert set(found) <= set(asked.slots)
            assert all(found.count(name) <= 2 for name in found)
            assert not re.search(r"[\d<>{}|]", re.sub(r"<[a-z_]+>", "", draft.text)), draft.text
            assert draft.count_tokens <= asked.max_new_tokens + 1


def test_seed_and_candidate_change_the_text(copywriter: Copywriter) -> None:
    one, two = copywriter.write([request(1, candidates=4), request(1, candidates=4, seed=99)])
    texts = [draft.text for draft in one + two]
    assert len(set(texts)) > 4
    assert copywriter.write([request(1, candidates=2)])[0] == one[:2]


def test_a_prompt_longer_than_the_context_is_cut_at_its_beginning(copywriter: Copywriter) -> None:
    long = request(3, prompt="home and garden " * 500 + "<name> <material>")
    alone = copywriter.write([long, request(4)])
    assert alone[0][0].text
    assert alone[1] == copywriter.write([request(4)])[0]


def test_likelihood_is_that_of_the_model_itself_after_the_opening(tiny_copywriter: Path) -> None:
    import torch

    copywriter = load_copywriter(tiny_copywriter, count_rows=16)
    asked = request(4, max_new_tokens=30, candidates=1, temperature=0.05)
    draft = copywriter.write([asked])[0][0]
    prompt = [*copywriter.tokenizer(asked.prompt)["input_ids"], copywriter.vocabulary.copy]
    copy = copywriter.tokenizer(draft.text)["input_ids"]
    copy.append(copywriter.vocabulary.end)
    assert draft.count_tokens == len(copy)
    with torch.inference_mode():
        logits = copywriter.model(input_ids=torch.tensor([prompt + copy])).logits[0]
    nats = torch.log_softmax(logits, -1)[len(prompt) - 1 : -1].gather(
        1, torch.tensor(copy)[:, None]
    )
    assert draft.log_likelihood == pytest.approx(float(nats[5:].mean()), abs=1e-3)


def test_nothing_asked_is_nothing_written(copywriter: Copywriter) -> None:
    assert copywriter.write([]) == []
    assert copywriter.write([request(1, candidates=0)]) == [[]]


def test_a_senseless_request_is_refused_by_name(copywriter: Copywriter) -> None:
    with pytest.raises(CopywriterError, match="temperature 0"):
        copywriter.write([request(1, temperature=0.0)])


def test_the_draw_is_top_k_at_its_temperature() -> None:
    rows = 4000
    logits = np.tile(np.log([0.5, 0.3, 0.2, 0.1]), (rows, 1))
    numbers = np.arange(rows)
    randoms = uniforms(np.full(rows, 7), numbers % 3, numbers)
    assert 0.0 <= randoms.min() < 0.01 < 0.99 < randoms.max() < 1.0
    assert len(set(randoms)) == rows
    counts = (
        np.bincount(
            draw(logits, np.ones(rows), np.full(rows, 3), np.full(rows, 0.01), randoms), minlength=4
        )
        / rows
    )
    assert counts == pytest.approx([0.5, 0.3, 0.2, 0.0], abs=0.03)
    picky = np.bincount(
        draw(logits, np.ones(rows), np.full(rows, 4), np.full(rows, 0.5), randoms), minlength=4
    )
    assert (picky[:2] > 0).all()
    assert not picky[2:].any()
    cold = draw(logits, np.full(rows, 0.05), np.full(rows, 3), np.full(rows, 0.01), randoms)
    assert np.mean(cold == 0) > 0.99


def test_a_copywriter_is_loaded_once_a_process(tiny_copywriter: Path) -> None:
    assert load_copywriter(tiny_copywriter) is load_copywriter(str(tiny_copywriter))


@pytest.mark.parametrize("kind", ["missing", "file", "empty", "pickled", "no tokenizer", "broken"])
def test_a_folder_that_is_no_model_gets_one_sentence(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    if kind != "missing":
        folder.mkdir()
    if kind == "file":
        folder = tmp_path / "file"
        folder.write_text("no model")
    if kind in ("pickled", "no tokenizer", "broken"):
        (folder / "config.json").write_text('{"model_type": "gpt2"}')
    if kind == "pickled":
        (folder / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    if kind in ("no tokenizer", "broken"):
        (folder / "model.safetensors").write_bytes(b"not safetensors")
    if kind == "broken":
        (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(NotAModel) as caught:
        load_copywriter(folder)
    assert "\n" not in str(caught.value)
    assert str(folder) in str(caught.value)
    if kind == "pickled":
        assert "safetensors" in str(caught.value)


@pytest.mark.parametrize("is_offline", [True, False])
def test_a_hub_that_cannot_be_reached_names_the_cure(
    is_offline: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    if is_offline:
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    else:
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with pytest.raises(HubUnreachable, match="give a local folder"):
        load_copywriter("shelftalk-tests/no-such-model")


def test_a_text_does_not_depend_on_the_number_of_rows_or_the_memory(tiny_copywriter: Path) -> None:
    requests = [request(number) for number in range(20)]
    texts = load_copywriter(tiny_copywriter, count_rows=16).write(requests)
    kernels = load_copywriter(tiny_copywriter, count_rows=16)._loop.kernels
    if not kernels.is_row_free:
        pytest.skip("this machine's kernels do other sums for other numbers of rows")
    assert load_copywriter(tiny_copywriter, count_rows=64).write(requests) == texts
    small = Copywriter(tiny_copywriter, count_rows=32)
    small._loop.budget_tokens = 200
    assert small.write(requests) == texts
    # Rounded up to eights, two rows of 96 columns are what 200 tokens hold; eight are the least.
    assert small._loop._cache.count_rows == 8


@pytest.mark.parametrize("is_known", [False, True])
def test_a_shared_beginning_is_computed_once_and_changes_nothing(
    tiny_copywriter: Path, is_known: bool
) -> None:
    shared = "descriptions | goal inform | tone plain | " + "home and " * 10
    asked = [
        request(n, prompt=f"{shared}{word} <name>", candidates=2, max_new_tokens=12)
        for n, word in enumerate(("plain", "warm", "tone", "goal"))
    ]
    copywriter = Copywriter(tiny_copywriter, count_rows=16)
    if is_known:
        copywriter.write([request(9, prompt=f"{shared}other <name>")])
    before = copywriter._loop._prompts.count_computed
    together = copywriter.write(asked)
    alone = [Copywriter(tiny_copywriter, count_rows=16).write([one])[0] for one in asked]
    assert together == alone
    blocks = copywriter._loop._prompts.count_computed - before
    ids = [copywriter.tokenizer(one.prompt)["input_ids"] for one in asked]
    assert {len(i) // 32 for i in ids} == {1}, "one whole block each, and all begin alike"
    assert blocks == 4 + (0 if is_known else 1)


def test_a_prompts_keys_and_values_are_the_models_own_and_nothing_behind_them_is_computed(
    copywriter: Copywriter,
) -> None:
    import torch

    prompts = copywriter._loop._prompts
    prompts._kept.clear()
    ids = [(n * 7) % 60 + 5 for n in range(40)]
    behind = []
    head = copywriter.model.base_model
    hooks = [
        module.register_forward_hook(lambda module, given, result: behind.append(module))
        for name, module in head.named_children()
        if "norm" in name or name == "ln_f"
    ]
    with torch.inference_mode():
        (blocks,) = prompts.blocks([ids])
        assert hooks
        assert not behind
        own = copywriter.model(input_ids=torch.tensor([ids]), use_cache=True).past_key_values
    assert len(behind) == 1
    for hook in hooks:
        hook.remove()
    for number, layer in enumerate(own.layers):
        for part, known in enumerate((layer.keys, layer.values)):
            found = torch.cat([block[number][part] for block in blocks], 1)[:, : len(ids)]
            assert torch.allclose(found, known[0], atol=1e-4)


def test_packed_products_are_the_models_own(tiny_copywriter: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    from tasks.copywriter.packing import pack_model

    plain = AutoModelForCausalLM.from_pretrained(tiny_copywriter).eval()
    packed = AutoModelForCausalLM.from_pretrained(tiny_copywriter).eval()
    if not pack_model(packed):
        pytest.skip("no packed products here")
    ids = torch.arange(40).view(2, 20)
    with torch.inference_mode():
        assert torch.allclose(packed(ids).logits, plain(ids).logits, atol=1e-4)


def test_a_model_that_cannot_be_packed_stays_as_it_is(tiny_copywriter: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    from tasks.copywriter.packing import pack_model

    model = AutoModelForCausalLM.from_pretrained(tiny_copywriter).eval()
    ids = torch.arange(20)[None]
    with torch.inference_mode():
        before = model(ids).logits
        layer = model.transformer.h[0].mlp

        def forward(hidden: torch.Tensor) -> torch.Tensor:
            # A layer that looks into its own weights, as some architectures do.
            return layer.c_proj(layer.act(layer.c_fc(hidden) + 0 * layer.c_fc.weight.sum()))

        layer.forward = forward
        assert not pack_model(model)
        assert torch.equal(model(ids).logits, before)


@pytest.mark.parametrize("is_used_twice", [False, True])
def test_an_activation_is_drawn_into_the_product_before_it_unless_others_read_that_product(
    tiny_copywriter: Path, is_used_twice: bool
) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    from tasks.copywriter.packing import pack_model

    model = AutoModelForCausalLM.from_pretrained(tiny_copywriter).eval()
    ids = torch.arange(40).view(2, 20)
    mlp = model.transformer.h[0].mlp

    def forward(hidden: torch.Tensor) -> torch.Tensor:
        wide = mlp.c_fc(hidden)
        return mlp.c_proj(mlp.act(wide) + wide)

    if is_used_twice:
        mlp.forward = forward
    with torch.inference_mode():
        before = model(ids).logits
        if not pack_model(model):
            pytest.skip("no packed products here")
        assert torch.allclose(model(ids).logits, before, atol=1e-4)
    assert isinstance(mlp.act, torch.nn.Identity) == (not is_used_twice)
    assert not hasattr(mlp.c_fc, "weight"), "packed either way"


def test_the_best_tokens_are_those_of_a_full_sort() -> None:
    import torch

    from tasks.copywriter.best import BestTokens
    from tasks.copywriter.vocabulary import Vocabulary

    size, rows = 20_011, 5
    draw_ids = np.random.default_rng(0)
    forbidden = draw_ids.random(size) < 0.1
    slots = {"name": 17, "price": 19_000}
    forbidden[list(slots.values())] = True
    forbidden[3] = False
    vocabulary = Vocabulary(size, 3, 3, None, slots, forbidden, np.zeros(size, dtype=bool))
    logits = torch.from_numpy(draw_ids.normal(size=(rows, size)) * 3).float()
    logits[:, 3] = 40.0
    bias = np.zeros((rows, 2), dtype=np.float32)
    bias[0] = -np.inf
    is_early = np.array([True, True, False, False, False])
    best = BestTokens(vocabulary, torch.device("cpu"))
    values, ids, totals, allowed = best.take(logits, bias, is_early, 60)
    known = logits.double().numpy()
    for row in range(rows):
        own = np.where(forbidden, -np.inf, known[row])
        for column, slot in enumerate(sorted(slots.values())):
            own[slot] = known[row][slot] + bias[row][column]
        shares = np.exp(known[row] - totals[row])
        assert shares.sum() == pytest.approx(1, abs=1e-4)
        assert allowed[row] == pytest.approx(shares[np.isfinite(own)].sum(), abs=1e-3)
        if is_early[row]:
            own[3] = -np.inf
        assert ids[row].tolist() == np.argsort(-own, kind="stable")[:60].tolist()
        assert values[row] == pytest.approx(np.sort(own)[::-1][:60])


def test_a_thousand_facts_do_not_starve_their_neighbours(tiny_copywriter: Path) -> None:
    copywriter = load_copywriter(tiny_copywriter, count_rows=16)
    names = tuple(f"fact_{number}" for number in range(1000))
    crowded = request(5, slots=(*names, "name"), prompt=" ".join(f"<{name}>" for name in names))
    found = copywriter.write([request(4), crowded, request(6)])
    assert set(slot_names(found[1][0].text)) <= {"name"}
    assert [found[0], found[2]] == [copywriter.write([request(n)])[0] for n in (4, 6)]


def test_a_processor_without_bfloat16_writes_in_float32(
    tiny_copywriter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from tasks.copywriter import decoding

    monkeypatch.setattr(decoding, "_SMALL", 0)
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    copywriter = Copywriter(tiny_copywriter, count_rows=8)
    assert copywriter.model.dtype == torch.float32
    assert copywriter.write([request(1)])[0][0].text


def test_rows_are_fewer_where_memory_is_short(
    tiny_copywriter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tasks.copywriter import memory

    texts = load_copywriter(tiny_copywriter, count_rows=16).write([request(1), request(2)])
    monkeypatch.setattr(memory, "_available_memory", lambda: 1 << 20)
    copywriter = Copywriter(tiny_copywriter, count_rows=100_000)
    assert copywriter._loop.budget_tokens == memory._FEWEST
    assert copywriter.write([request(1), request(2)]) == texts


def test_requests_may_join_while_others_are_written(tiny_copywriter: Path) -> None:
    copywriter = load_copywriter(tiny_copywriter, count_rows=16)
    requests = [request(number) for number in range(12)]
    waiting = [[request(20, temperature=0.0)], requests[3:4], requests[4:9], requests[9:]]
    order = [*range(3), None, *range(3, 12)]

    def more() -> list[Any]:
        return waiting.pop(0) if waiting else []

    found = dict(copywriter.stream(requests[:3], more))
    expected = copywriter.write(requests)
    if waiting:
        pytest.skip("this machine's kernels keep the first shape: nobody joins")
    for index, number in enumerate(order):
        if number is None:
            assert isinstance(found[index], CopywriterError)
        else:
            assert found[index] == expected[number]
    assert 0 < copywriter.fill <= 1
