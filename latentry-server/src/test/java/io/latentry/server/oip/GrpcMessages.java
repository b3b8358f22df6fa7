package io.latentry.server.oip;

import com.google.protobuf.ByteString;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.server.oip.proto.InferParameter;
import io.latentry.server.oip.proto.InferTensorContents;
import io.latentry.server.oip.proto.ModelInferRequest;
import io.latentry.server.oip.proto.ModelInferRequest.InferInputTensor;
import io.latentry.server.oip.rest.RestBodies;
import java.util.Arrays;

/** Requests over gRPC. */
public final class GrpcMessages {
  private GrpcMessages() {}

  /** {@code numeric} and {@code categorical}, raw. */
  public static ModelInferRequest.Builder raw(Rows rows) {
    return ModelInferRequest.newBuilder()
        .setModelName(OipService.MODEL)
        .addInputs(numeric(rows))
        .addInputs(categorical(rows))
        .addRawInputContents(ByteString.copyFrom(RestBodies.numbers(rows)))
        .addRawInputContents(ByteString.copyFrom(RestBodies.texts(rows)));
  }

  /** The same in typed contents, with an answer in typed contents. */
  public static ModelInferRequest.Builder typed(Rows rows) {
    InferTensorContents.Builder numbers = InferTensorContents.newBuilder();
    for (float number : rows.numeric()) {
      numbers.addFp32Contents(number);
    }
    InferTensorContents.Builder texts = InferTensorContents.newBuilder();
    Arrays.stream(rows.categorical())
        .forEach(text -> texts.addBytesContents(ByteString.copyFromUtf8(text)));
    return ModelInferRequest.newBuilder()
        .setModelName(OipService.MODEL)
        .putParameters(
            "binary_data_output", InferParameter.newBuilder().setBoolParam(false).build())
        .addInputs(numeric(rows).setContents(numbers))
        .addInputs(categorical(rows).setContents(texts));
  }

  private static InferInputTensor.Builder numeric(Rows rows) {
    Schema schema = rows.schema();
    return InferInputTensor.newBuilder()
        .setName("numeric")
        .setDatatype("FP32")
        .addShape(rows.count())
        .addShape(schema.numericCount());
  }

  private static InferInputTensor.Builder categorical(Rows rows) {
    Schema schema = rows.schema();
    return InferInputTensor.newBuilder()
        .setName("categorical")
        .setDatatype("BYTES")
        .addShape(rows.count())
        .addShape(schema.categoricalCount());
  }
}
