"""GPT2TaskRunner gives all tasks of a flow run one copywriter."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cloudpickle
import pytest
from prefect import flow, task
from prefect.context import FlowRunContext

from tasks.copywriter.decoding import forget_copywriters, load_copywriter
from tasks.errors import CopywriterError, NotAModel
from tasks.gpt2_task_runner import GPT2TaskRunner, current_writer, use_copywriter
from tests.tiny_copywriter import request

MEET = threading.Barrier(2)


@task
def write_together(first: int) -> list[str]:
    """Waits for the other task, so that both hand in their requests at once."""
    requests = [request(first + number, candidates=1) for number in range(3)]
    MEET.wait(60)
    return [drafts[0].text for drafts in current_writer()(requests)]


@flow
def two_tasks() -> tuple[list[str], list[str], list[int]]:
    futures = [write_together.submit(0), write_together.submit(100)]
    texts = [future.result() for future in futures]
    context = FlowRunContext.get()
    assert context is not None
    assert isinstance(context.task_runner, GPT2TaskRunner)
    return texts[0], texts[1], context.task_runner.batch_sizes


@task
def try_one(prompt: str, temperature: float) -> list[Any]:
    asked = [request(1), request(2, prompt=prompt, temperature=temperature)]
    return [
        type(o).__name__ if isinstance(o, Exception) else len(o)
        for o in current_writer().outcomes(asked)
    ]


@flow
def one_poisoned() -> list[Any]:
    return try_one.submit("descriptions", 0.0).result()


@flow
def named_late(folder: str) -> list[Any]:
    use_copywriter(folder)
    found = try_one.submit("descriptions | <name>", 0.5).result()
    with pytest.raises(CopywriterError, match="one copywriter"):
        use_copywriter("another")
    return found


def test_two_concurrent_tasks_are_batched_together(
    tiny_copywriter: Path, prefect_server: None
) -> None:
    runner: GPT2TaskRunner[Any] = GPT2TaskRunner(tiny_copywriter, max_workers=4, linger_seconds=0.5)
    one, two, sizes = two_tasks.with_options(task_runner=runner)()
    assert sizes == [6]
    assert len(one) == len(two) == 3
    alone = GPT2TaskRunner[Any](tiny_copywriter)
    with alone:
        requests = [request(number, candidates=1) for number in range(3)]
        assert [drafts[0].text for drafts in alone.writer(requests)] == one


def test_a_poisoned_request_fails_alone(tiny_copywriter: Path, prefect_server: None) -> None:
    assert one_poisoned.with_options(task_runner=GPT2TaskRunner(tiny_copywriter))() == [
        2,
        "CopywriterError",
    ]


def test_a_run_may_name_its_copywriter_before_the_first_request(
    tiny_copywriter: Path, prefect_server: None
) -> None:
    assert named_late.with_options(task_runner=GPT2TaskRunner())(str(tiny_copywriter)) == [2, 3]


def test_a_runner_is_equal_to_its_duplicate_and_its_pickle() -> None:
    runner: GPT2TaskRunner[Any] = GPT2TaskRunner(
        "somewhere", max_workers=3, precision="float32", budget_tokens=99, linger_seconds=0.5
    )
    assert runner == runner.duplicate() == cloudpickle.loads(cloudpickle.dumps(runner))
    assert runner != GPT2TaskRunner("somewhere", max_workers=4)
    with runner.duplicate() as started:
        assert cloudpickle.loads(cloudpickle.dumps(started)) == runner


def test_a_missing_model_fails_each_request_in_one_sentence(tmp_path: Path) -> None:
    with (
        GPT2TaskRunner[Any](tmp_path / "none") as runner,
        pytest.raises(NotAModel, match="no model folder"),
    ):
        runner.writer([request(1)])
    with GPT2TaskRunner[Any]() as runner, pytest.raises(CopywriterError, match="shelftalk train"):
        runner.writer([request(1)])


def test_a_task_outside_such_a_flow_is_told_so() -> None:
    with pytest.raises(CopywriterError, match="GPT2TaskRunner"):
        current_writer()


def test_stopping_leaves_no_thread() -> None:
    with GPT2TaskRunner[Any]("somewhere"):
        assert any(t.name == "micro-batcher" for t in threading.enumerate())
    assert not any(t.name == "micro-batcher" for t in threading.enumerate())


def test_eight_tasks_keep_the_rows_busy(tiny_copywriter: Path) -> None:
    forget_copywriters()
    with GPT2TaskRunner[Any](tiny_copywriter, linger_seconds=0.1) as runner:
        runner.writer([request(0)])
        before = runner._copywriter._loop  # type: ignore[union-attr]
        before.count_filled = before.count_row_steps = 0
        start = threading.Barrier(8)

        def task_of(first: int) -> list[Any]:
            start.wait(60)
            return [
                drafts
                for at in range(first, first + 48, 16)
                for drafts in runner.writer([request(n, candidates=3) for n in range(at, at + 16)])
            ]

        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(task_of, range(0, 800, 100)))
        assert [len(drafts) for drafts in found] == [48] * 8
        assert runner.fill >= 0.9
    alone = load_copywriter(tiny_copywriter)
    assert found[3][:5] == alone.write([request(n, candidates=3) for n in range(300, 305)])
