"""NVIDIA's Python clients, which know nothing of Latentry, against a running service.

usage: tritonclient_conformance.py HOST:PORT MODEL CASES.json

CASES.json has rows, and what the library says of them. Ends with 1 at the first thing that is not as it should be.
"""
import asyncio
import json
import math
import queue
import sys

import numpy as np
import tritonclient.grpc as grpcclient
import tritonclient.grpc.aio as aiogrpc
import tritonclient.http as httpclient
import tritonclient.http.aio as aiohttp
from tritonclient.utils import InferenceServerException

address, model, cases_file = sys.argv[1:4]
cases = json.load(open(cases_file, encoding="utf-8"))
numeric = np.array(cases["numeric"], dtype=np.float32)
categorical = np.array([[text.encode() for text in row] for row in cases["categorical"]], dtype=np.object_)
scores = np.array(cases["score_bits"], dtype=np.int32).view(np.float32)
columns = cases["columns"]
PER_ROW = ["score", "p_value", "verdict", "anomaly", "reason", "reconstruction_term", "latent_term"]


def same(result, what):
    got = result.as_numpy("score")
    assert got.dtype == np.float32 and got.shape == scores.shape, (what, got.dtype, got.shape)
    different = ~((got == scores) | (np.isnan(got) & np.isnan(scores)))
    assert not different.any(), (what, np.flatnonzero(different)[:5], got[different][:5], scores[different][:5])
    assert [v.decode() if isinstance(v, bytes) else v for v in result.as_numpy("verdict")] == cases["verdict"], what
    reasons = [v.decode() if isinstance(v, bytes) else v for v in result.as_numpy("reason")]
    assert reasons == cases["reason"], what
    assert (result.as_numpy("anomaly") == np.array([v != "normal" for v in cases["verdict"]])).all(), what
    p = result.as_numpy("p_value")
    assert all((math.isnan(a) and b is None) or a == b for a, b in zip(p, cases["p_value"])), what
    print("ok:", what)


def whole(client, **how):
    n = client.InferInput("numeric", list(numeric.shape), "FP32")
    n.set_data_from_numpy(numeric, **how)
    c = client.InferInput("categorical", list(categorical.shape), "BYTES")
    c.set_data_from_numpy(categorical, **how)
    return [n, c]


def by_column(client):
    inputs = []
    for j, name in enumerate(columns):
        if j < numeric.shape[1]:
            values, datatype = numeric[:, j : j + 1].astype(np.float64), "FP64"
        else:
            values, datatype = categorical[:, j - numeric.shape[1] : j - numeric.shape[1] + 1], "BYTES"
        inputs.append(client.InferInput(name, list(values.shape), datatype))
        inputs[-1].set_data_from_numpy(values)
    return inputs


def refused(call, status, words):
    try:
        call()
    except InferenceServerException as error:
        assert status in str(error.status()), (error.status(), status)
        assert words in error.message(), (error.message(), words)
        print("ok: refused:", error.status(), error.message()[:90])
        return
    raise AssertionError("not refused: " + words)


def describes_itself(client, as_json):
    assert client.is_server_live() and client.is_server_ready()
    assert client.is_model_ready(model) and client.is_model_ready(model, "1")
    server = as_json(client.get_server_metadata())
    assert server["name"] == "latentry" and "binary_tensor_data" in server["extensions"]
    metadata = as_json(client.get_model_metadata(model, "1"))
    assert [i["name"] for i in metadata["inputs"]] == ["numeric", "categorical"], metadata
    assert [int(d) for d in metadata["inputs"][0]["shape"]] == [-1, numeric.shape[1]]
    assert set(PER_ROW) <= {o["name"] for o in metadata["outputs"]}
    config = as_json(client.get_model_config(model))
    config = config.get("config", config)
    assert config["input"][1]["data_type"] == "TYPE_STRING", config
    before = counted(client, as_json)
    client.infer(model, whole(httpclient if client_is_http(client) else grpcclient))
    assert counted(client, as_json) == before + len(numeric)
    assert as_json(client.get_inference_statistics())["model_stats"]
    print("ok: metadata, configuration, statistics")


def counted(client, as_json):
    stats = as_json(client.get_inference_statistics(model))["model_stats"][0]
    return int(stats.get("inference_count", 0))


def client_is_http(client):
    return isinstance(client, httpclient.InferenceServerClient)


def repository(client, entries):
    assert [(e["name"], e["version"], e["state"]) for e in entries()] == [(model, "1", "READY")], entries()
    client.unload_model(model)
    assert not client.is_model_ready(model)
    assert entries()[0]["state"] == "UNAVAILABLE"
    refused(lambda: client.infer(model, whole(httpclient if client_is_http(client) else grpcclient)),
            "503" if client_is_http(client) else "UNAVAILABLE", "")
    client.load_model(model)
    assert client.is_model_ready(model)
    print("ok: repository index, unload, load")


def over_http():
    with httpclient.InferenceServerClient(address, concurrency=2) as client:
        describes_itself(client, lambda answer: answer)
        same(client.infer(model, whole(httpclient), request_id="r-1"), "http, binary")
        assert client.infer(model, whole(httpclient), request_id="r-1").get_response()["id"] == "r-1"
        as_json = [httpclient.InferRequestedOutput(name, binary_data=False) for name in PER_ROW]
        same(client.infer(model, whole(httpclient, binary_data=False), outputs=as_json), "http, JSON both ways")
        same(client.infer(model, whole(httpclient, binary_data=False)), "http, JSON in, binary out")
        same(client.infer(model, by_column(httpclient), model_version="1"), "http, a tensor for each column")
        for algorithm in ["gzip", "deflate"]:
            same(client.infer(model, whole(httpclient), request_compression_algorithm=algorithm,
                              response_compression_algorithm=algorithm), "http, " + algorithm)
        same(client.async_infer(model, whole(httpclient)).get_result(), "http, async")
        mixed = [httpclient.InferRequestedOutput("contribution"), httpclient.InferRequestedOutput("row", binary_data=False)]
        result = client.infer(model, whole(httpclient), outputs=mixed)
        assert result.as_numpy("contribution").shape == (len(numeric), len(columns))
        assert (result.as_numpy("row") == np.arange(len(numeric))).all() and result.as_numpy("score") is None
        refused(lambda: client.infer("nobody", whole(httpclient)), "404", "'nobody'")
        refused(lambda: client.infer(model, whole(httpclient), model_version="77"), "404", "77")
        refused(lambda: client.infer(model, whole(httpclient)[:1]), "400", "'categorical': missing")
        refused(lambda: client.infer(model, whole(httpclient), outputs=[httpclient.InferRequestedOutput("nothing")]),
                "400", "'nothing'")
        refused(lambda: client.infer(model, whole(httpclient),
                                     outputs=[httpclient.InferRequestedOutput("score", class_count=2)]), "400", "classification")
        refused(client.get_system_shared_memory_status, "404", "no such route")
        repository(client, client.get_model_repository_index)


def over_grpc():
    with grpcclient.InferenceServerClient(address) as client:
        def message(answer):
            from google.protobuf.json_format import MessageToDict
            return MessageToDict(answer, preserving_proto_field_name=True)

        describes_itself(client, message)
        result = client.infer(model, whole(grpcclient), request_id="r-2", client_timeout=10)
        assert result.get_response().id == "r-2" and len(result.get_response().raw_output_contents) == len(PER_ROW)
        same(result, "grpc")
        same(client.infer(model, by_column(grpcclient), model_version="1"), "grpc, a tensor for each column")
        same(client.infer(model, whole(grpcclient), compression_algorithm="gzip"), "grpc, gzip")
        answered = queue.Queue()
        client.async_infer(model, whole(grpcclient), lambda result, error: answered.put((result, error)))
        same(answered.get(timeout=20)[0], "grpc, async")
        stream = []
        client.start_stream(lambda result, error: stream.append((result, error)))
        for _ in range(3):
            client.async_stream_infer(model, whole(grpcclient))
        client.async_stream_infer("nobody", whole(grpcclient))
        client.stop_stream()
        assert len(stream) == 4 and "'nobody'" in str(stream[3][1]), stream
        same(stream[2][0], "grpc, stream")
        refused(lambda: client.infer("nobody", whole(grpcclient)), "NOT_FOUND", "'nobody'")
        refused(lambda: client.infer(model, whole(grpcclient)[1:]), "INVALID_ARGUMENT", "'numeric': missing")
        refused(lambda: client.infer(model, whole(grpcclient), model_version="x"), "INVALID_ARGUMENT", "'x'")
        refused(lambda: client.get_system_shared_memory_status(), "UNIMPLEMENTED", "")
        refused(lambda: client.get_trace_settings(), "UNIMPLEMENTED", "")
        repository(client, lambda: message(client.get_model_repository_index())["models"])


async def without_waiting():
    async with aiohttp.InferenceServerClient(address) as client:
        same(await client.infer(model, whole(aiohttp)), "http, asyncio")
    async with aiogrpc.InferenceServerClient(address) as client:
        results = await asyncio.gather(*[client.infer(model, whole(aiogrpc)) for _ in range(8)])
        same(results[7], "grpc, asyncio")


over_http()
over_grpc()
asyncio.run(without_waiting())
print("done")
