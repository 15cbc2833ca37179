"""What a model wrote is checked against its passage: what agrees passes, what does not is named."""

from __future__ import annotations

import pytest

from app.answer.verify import doubt

LORA = (
    "Low-rank adaptation (LoRA) freezes the pretrained weights and adds two small matrices, A and B, of rank 8. "
    "For GPT-3 with 175 billion parameters this reduces the number of trainable parameters by 10,000 times. "
    "The update can be merged into the weights, so LoRA adds no inference latency. "
    "Training takes three times less memory than full fine-tuning."
)
VQ = (
    "The VQ-VAE uses discrete latent codes, and it does not suffer from posterior collapse. "
    "Gradients are copied from the decoder input to the encoder output. "
    "The codebook has 512 vectors of 64 dimensions, and the encoder downsamples the image by a factor of 4. "
    "Larger commitment weights lead to slower training but higher fidelity. "
    "The authors write that “the prior is kept constant and uniform” while training."
)
ATTENTION = (
    "Scaled dot-product attention divides the scores by the square root of the key length. "
    "The model has 8 attention heads and 6 layers. "
    "Without this scaling, the softmax saturates and its gradients become very small. "
    "Classifier-free guidance trains one network on both tasks, whereas classifier guidance needs a separate "
    "classifier. "
    "Self-attention cost grows quadratically with the length of the sequence."
)

HOLDS = [
    ("LoRA freezes the pretrained weights and adds two small matrices A and B.", LORA),
    ("Low-rank adaptation keeps the pretrained weights frozen, adding two small matrices.", LORA),
    ("With LoRA, GPT-3's trainable parameters fall by a factor of 10000.", LORA),
    ("GPT-3 has 175B parameters.", LORA),
    ("LoRA does not add inference latency.", LORA),
    ("LoRA adds no latency at inference, since the update can be merged into the weights.", LORA),
    ("It needs 3 times less memory in training than full fine-tuning.", LORA),
    ("The matrices of LoRA have rank 8.", LORA),
    ("The VQ-VAE does not suffer from posterior collapse.", VQ),
    ("VQ-VAEs avoid posterior collapse by using discrete latent codes.", VQ),
    ("Its codebook holds 512 vectors, each of 64 dimensions.", VQ),
    ("The source says “the prior is kept constant and uniform” during training.", VQ),
    ("The gradients of the decoder input are copied to the encoder output.", VQ),
    ("A larger commitment weight means slower training but higher fidelity.", VQ),
    ("The scores are divided by the square root of the key length.", ATTENTION),
    ("There are eight attention heads in six layers.", ATTENTION),
    ("Without the scaling, softmax saturates and gradients become small.", ATTENTION),
    ("CFG trains one network on both tasks.", ATTENTION),
    ("Classifier-free guidance does not need a separate classifier, unlike classifier guidance.", ATTENTION),
    ("The cost of self-attention grows quadratically with sequence length.", ATTENTION),
]
FAILS = [
    # a number that is not there, or that counts something else
    ("LoRA's matrices have rank 16.", LORA, "16"),
    ("LoRA reduces the trainable parameters of GPT-3 by 1,000 times.", LORA, "1,000"),
    ("GPT-3 has 175 million parameters.", LORA, "175"),
    ("Training takes four times less memory than full fine-tuning.", LORA, "four"),
    ("The codebook has 64 vectors of 512 dimensions.", VQ, "counts"),
    ("The model has 6 attention heads and 8 layers.", ATTENTION, "counts"),
    ("The model has twelve attention heads.", ATTENTION, "twelve"),
    ("The encoder downsamples the image by a factor of 4.5.", VQ, "4.5"),
    # another name
    ("QLoRA freezes the pretrained weights and adds two small matrices.", LORA, "QLoRA"),
    ("For LLaMA this reduces the number of trainable parameters by 10,000 times.", LORA, "LLaMA"),
    ("Perceiver uses discrete latent codes.", VQ, "Perceiver"),
    ("The codebook of DALL-E has 512 vectors of 64 dimensions.", VQ, "DALL-E"),
    ("According to Vaswani, the scores are divided by the square root of the key length.", ATTENTION, "Vaswani"),
    # denied, or denied where it is said
    ("LoRA adds inference latency.", LORA, "denies"),
    ("LoRA does not freeze the pretrained weights.", LORA, "does not deny"),
    ("The VQ-VAE does suffer from posterior collapse.", VQ, "denies"),
    ("The VQ-VAE suffers from posterior collapse.", VQ, "denies"),
    ("Gradients are not copied from the decoder input to the encoder output.", VQ, "does not deny"),
    ("The scores are never divided by the square root of the key length.", ATTENTION, "does not deny"),
    # the opposite pole
    ("LoRA increases the number of trainable parameters by 10,000 times for GPT-3.", LORA, "“"),
    ("Larger commitment weights lead to faster training.", VQ, "slower"),
    ("The VQ-VAE uses continuous latent codes.", VQ, "discrete"),
    ("Training takes three times more memory than full fine-tuning.", LORA, "less"),
    # a quote that nobody wrote
    ("The authors write that “the prior is learned jointly with the codes”.", VQ, "quote"),
    # not said there
    ("Bananas are rich in potassium and grow in tropical climates.", LORA, "too little"),
    ("Attention was first used for translating sentences between languages.", LORA, "too little"),
    ("Transformers have replaced recurrent networks in most language tasks.", VQ, "too little"),
]


@pytest.mark.parametrize(("statement", "passage"), HOLDS)
def test_what_the_passage_says_passes(statement: str, passage: str) -> None:
    assert doubt(statement, [passage]) == ""


@pytest.mark.parametrize(("statement", "passage", "why"), FAILS)
def test_what_the_passage_does_not_say_is_named(statement: str, passage: str, why: str) -> None:
    assert why in doubt(statement, [passage])


def test_any_of_the_cited_passages_may_bear_a_statement_out() -> None:
    statement = "LoRA adds no inference latency."
    assert doubt(statement, [VQ, LORA]) == ""
    assert doubt(statement, [VQ]) != ""


def test_another_wording_passes_only_where_its_meaning_is_near() -> None:
    statement = "Reconstruction quality improves as that penalty grows, though optimisation slows."
    assert doubt(statement, [VQ]) != ""
    assert doubt(statement, [VQ], lambda one, others: 0.1) != ""


def test_a_formula_is_no_name_and_no_negation() -> None:
    passage = "The loss is $L = \\log p(x|z) + \\beta \\, KL(q \\| p)$, the reconstruction term and a penalty."
    assert (
        doubt(
            "The loss is $L = \\log p(x|z) + \\beta \\, KL(q \\| p)$, a reconstruction term and a penalty.", [passage]
        )
        == ""
    )
