package io.latentry.server.oip.grpc;

import com.google.protobuf.ByteString;
import io.latentry.server.oip.proto.InferParameter;
import io.latentry.server.oip.proto.ModelInferRequest;
import io.latentry.server.oip.proto.ModelInferRequest.InferInputTensor;
import io.latentry.server.oip.proto.ModelInferRequest.InferRequestedOutputTensor;
import io.latentry.server.oip.tensor.BadInput;
import io.latentry.server.oip.tensor.Datatype;
import io.latentry.server.oip.tensor.InferenceRequest;
import io.latentry.server.oip.tensor.InputTensor;
import io.latentry.server.oip.tensor.RawElements;
import io.latentry.server.oip.tensor.TypedElements;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads an inference request as gRPC carries it: all inputs raw, or each in typed contents. */
final class GrpcRequest {
  private GrpcRequest() {}

  static InferenceRequest read(ModelInferRequest request) {
    List<ByteString> raw = request.getRawInputContentsList();
    if (!raw.isEmpty() && raw.size() != request.getInputsCount()) {
      throw BadInput.of(
          "raw_input_contents: " + raw.size(), request.getInputsCount() + ", one for each input");
    }
    List<InputTensor> inputs = new ArrayList<>();
    for (int i = 0; i < request.getInputsCount(); i++) {
      inputs.add(
          input(request.getInputs(i), raw.isEmpty() ? null : raw.get(i), "inputs[" + i + "]"));
    }
    for (InferRequestedOutputTensor output : request.getOutputsList()) {
      requireSupported(output.getParametersMap(), "output '" + output.getName() + "'");
    }
    return new InferenceRequest(
        request.getModelName(),
        InferenceRequest.version(request.getModelVersion()),
        request.getId(),
        InferenceRequest.timeout(timeout(request.getParametersMap())),
        inputs,
        request.getOutputsList().stream().map(InferRequestedOutputTensor::getName).toList());
  }

  /**
   * Whether the answer is to have raw contents. Triton's always does, so clients count on it; who
   * wants typed contents says {@code binary_data_output: false}, as over HTTP.
   */
  static boolean wantsRaw(ModelInferRequest request) {
    InferParameter wanted = request.getParametersMap().get("binary_data_output");
    if (wanted == null) {
      return true;
    }
    if (!wanted.hasBoolParam()) {
      throw BadInput.of("parameters.binary_data_output: no bool_param", "true or false");
    }
    return wanted.getBoolParam();
  }

  private static InputTensor input(InferInputTensor input, @Nullable ByteString raw, String where) {
    if (input.getName().isEmpty()) {
      throw BadInput.of(where + ".name: missing", "the name of an input");
    }
    requireSupported(input.getParametersMap(), InputTensor.where(input.getName()));
    Datatype datatype = Datatype.named(input.getDatatype(), where + ".datatype");
    long[] shape = input.getShapeList().stream().mapToLong(Long::longValue).toArray();
    if (raw == null) {
      return TypedElements.read(input.getName(), datatype, shape, input.getContents());
    }
    if (input.hasContents()) {
      throw BadInput.of(
          where + ".contents beside raw_input_contents", "the one or the other for all inputs");
    }
    return RawElements.read(input.getName(), datatype, shape, raw.asReadOnlyByteBuffer());
  }

  private static long timeout(Map<String, InferParameter> parameters) {
    InferParameter timeout = parameters.get("timeout");
    if (timeout == null) {
      return 0;
    }
    if (timeout.hasUint64Param()) {
      return timeout.getUint64Param() < 0 ? Long.MAX_VALUE : timeout.getUint64Param();
    }
    if (!timeout.hasInt64Param()) {
      throw BadInput.of("parameters.timeout: no int64_param", "microseconds >= 0");
    }
    return timeout.getInt64Param();
  }

  private static void requireSupported(Map<String, InferParameter> parameters, String where) {
    for (String name : List.of("shared_memory_region", "classification")) {
      if (parameters.containsKey(name)) {
        throw new RefusedException(
            Refusal.UNSUPPORTED,
            where + ": " + name + " is not supported; send and fetch elements in the message");
      }
    }
  }
}
