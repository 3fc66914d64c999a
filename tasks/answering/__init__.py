"""Automatic replies: which facts answer a customer's question, in which words, and what must go to a person."""

from tasks.answering.answering import Answer, answer_question

__all__ = ["Answer", "answer_question"]
