"""Reads a config.pbtxt by Triton's own schema, and prints it as JSON.

usage: triton_config.py CONFIG.pbtxt
"""
import sys

from google.protobuf import json_format, text_format
from tritonclient.grpc import model_config_pb2

config = text_format.Parse(open(sys.argv[1], encoding="utf-8").read(), model_config_pb2.ModelConfig())
print(json_format.MessageToJson(config, preserving_proto_field_name=True))
