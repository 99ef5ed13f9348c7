"""What looks like a secret in a command line is masked."""

from __future__ import annotations

import pytest

from nbboard.kinds.params.secrets import masked_command


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["train.py", "--lr", "0.1"], "train.py --lr 0.1"),
        (["train.py", "--api-key", "abc"], "train.py --api-key ***"),
        (["train.py", "--hub_token=abc"], "train.py --hub_token=***"),
        (["train.py", "logger.token=abc"], "train.py logger.token=***"),
        (["train.py", "WANDB_API_KEY=abc"], "train.py WANDB_API_KEY=***"),
        (["train.py", "--password", "--lr"], "train.py --password --lr"),
        (["train.py", "s3://me:pw@host/x"], "train.py s3://***@host/x"),
        (["train.py", "hf_abcdefghijklmn"], "train.py ***"),
        (["train.py", "0123456789abcdef0123456789abcdef"], "train.py ***"),
        (["train.py", "--max-tokens", "128"], "train.py --max-tokens 128"),
        (["train.py", "--pad_token=<pad>"], "train.py '--pad_token=<pad>'"),
        (["resnet18-lr0.001-bs64-adamw-s3-2026"], "resnet18-lr0.001-bs64-adamw-s3-2026"),
        (["train.py", "a b"], "train.py 'a b'"),
    ],
)
def test_words_that_look_like_secrets(words, shown):
    """Options called like one, logins in URLs and services' tokens are; names of runs are not."""
    assert masked_command(words) == shown
