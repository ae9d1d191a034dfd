"""Random-weight models of a few megabytes: nonsense comes out, but the whole code path runs."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

LETTERS = "abcdefghijklmnopqrstuvwxyz'"
SPEAKERS = """
dependencies:
  pyannote.audio: 4.0.0
pipeline:
  name: pyannote.audio.pipelines.SpeakerDiarization
  params:
    clustering: VBxClustering
    segmentation: $model/segmentation
    segmentation_batch_size: 32
    embedding: $model/embedding
    embedding_batch_size: 32
    embedding_exclude_overlap: true
    plda: $model/plda
params:
  clustering:
    threshold: 0.6
    Fa: 0.07
    Fb: 0.8
  segmentation:
    min_duration_off: 0.0
"""


def whisper(folder: Path) -> Path:
    """A multilingual Whisper in CTranslate2 form, with every file a real one has."""
    import torch
    from ctranslate2.converters import TransformersConverter
    from transformers import (
        GenerationConfig,
        WhisperConfig,
        WhisperFeatureExtractor,
        WhisperForConditionalGeneration,
    )

    source = folder.parent / "whisper-source"
    source.mkdir(parents=True)
    ids = _whisper_tokenizer(source)
    torch.manual_seed(4)
    size = max(ids.values()) + 1
    config = WhisperConfig(
        vocab_size=size, d_model=32, encoder_layers=1, decoder_layers=1,
        encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=64,
        decoder_ffn_dim=64, num_mel_bins=80, max_source_positions=1500, max_target_positions=448,
        bos_token_id=ids["<|endoftext|>"], eos_token_id=ids["<|endoftext|>"],
        pad_token_id=ids["<|endoftext|>"], decoder_start_token_id=ids["<|startoftranscript|>"],
        suppress_tokens=None, begin_suppress_tokens=None,
    )  # fmt: skip
    model = WhisperForConditionalGeneration(config)
    model.generation_config = GenerationConfig(
        eos_token_id=ids["<|endoftext|>"], decoder_start_token_id=ids["<|startoftranscript|>"],
        no_timestamps_token_id=ids["<|notimestamps|>"],
        lang_to_id={"<|en|>": ids["<|en|>"]}, alignment_heads=[[0, 0]],
        suppress_tokens=[], begin_suppress_tokens=[], max_length=448,
    )  # fmt: skip
    model.generation_config._from_model_config = False
    model.save_pretrained(source)
    WhisperFeatureExtractor(feature_size=80).save_pretrained(source)
    converter = TransformersConverter(
        str(source), copy_files=["tokenizer.json", "preprocessor_config.json"]
    )
    converter.convert(str(folder), quantization="int8")
    return folder


def wav2vec2(folder: Path) -> Path:
    """A wav2vec2 with a CTC head over letters, in Hugging Face form."""
    import torch
    from transformers import (
        Wav2Vec2Config,
        Wav2Vec2CTCTokenizer,
        Wav2Vec2FeatureExtractor,
        Wav2Vec2ForCTC,
        Wav2Vec2Processor,
    )

    folder.mkdir(parents=True)
    symbols = ["<pad>", "<s>", "</s>", "<unk>", "|", *LETTERS]
    vocabulary = {symbol: n for n, symbol in enumerate(symbols)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    torch.manual_seed(5)
    config = Wav2Vec2Config(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=64, conv_dim=(16,) * 7, num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=4, pad_token_id=0,
    )  # fmt: skip
    Wav2Vec2ForCTC(config).save_pretrained(folder)
    tokenizer = Wav2Vec2CTCTokenizer(str(folder / "vocab.json"))
    Wav2Vec2Processor(Wav2Vec2FeatureExtractor(), tokenizer).save_pretrained(folder)
    return folder


def speakers(folder: Path) -> Path:
    """A pipeline of pyannote's as its own are stored: who speaks in ten seconds of sound (always
    one of three), what they sound like, and how alike two of them are."""
    import numpy as np
    import torch
    from pyannote.audio.core.task import Problem, Resolution, Specifications
    from pyannote.audio.models.embedding import XVectorSincNet
    from pyannote.audio.models.segmentation import PyanNet

    torch.manual_seed(6)
    small = {"hidden_size": 8, "num_layers": 1}
    segmentation = PyanNet(lstm=small, linear=small)
    segmentation.specifications = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION, resolution=Resolution.FRAME, duration=10.0,
        classes=["speaker#1", "speaker#2", "speaker#3"], powerset_max_classes=2,
        permutation_invariant=True,
    )  # fmt: skip
    segmentation.build()
    with torch.no_grad():
        segmentation.classifier.bias[0] = -100.0  # never nobody
    embedding = XVectorSincNet(dimension=64)
    embedding.specifications = Specifications(
        problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=5.0,
        classes=["one", "two"],
    )  # fmt: skip
    for name, model in (("segmentation", segmentation), ("embedding", embedding)):
        (folder / name).mkdir(parents=True)
        _checkpoint(model, folder / name / "pytorch_model.bin")
    (folder / "plda").mkdir()
    chance, size = np.random.default_rng(6), 64
    np.savez(folder / "plda" / "xvec_transform.npz", mean1=np.zeros(size), mean2=np.zeros(size),
             lda=np.linalg.qr(chance.normal(size=(size, size)))[0])  # fmt: skip
    np.savez(folder / "plda" / "plda.npz", mu=np.zeros(size), tr=np.eye(size),
             psi=np.linspace(2, 1, size))  # fmt: skip
    (folder / "config.yaml").write_text(SPEAKERS)
    return folder


def _checkpoint(model: Any, path: Path) -> None:
    import torch

    stored: dict[str, Any] = {
        "state_dict": model.state_dict(), "hyper_parameters": dict(model.hparams),
        "pytorch-lightning_version": version("lightning"), "epoch": 0, "global_step": 0,
    }  # fmt: skip
    model.on_save_checkpoint(stored)
    torch.save(stored, path)


def _whisper_tokenizer(folder: Path) -> dict[str, int]:
    """Byte-level BPE without merges, Whisper's special and 1,501 time-stamp tokens after it."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import WhisperTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({char: n for n, char in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|translate|>",
               "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>",
               "<|notimestamps|>"]  # fmt: skip
    stamps = [f"<|{n * 0.02:.2f}|>" for n in range(1501)]
    tokenizer.add_special_tokens([AddedToken(text, special=True) for text in special])
    tokenizer.add_tokens([AddedToken(text, special=False, normalized=False) for text in stamps])
    tokenizer.save(str(folder / "tokenizer.json"))
    wrapped: Any = WhisperTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
    wrapped.save_pretrained(folder)
    return dict(tokenizer.get_vocab())
