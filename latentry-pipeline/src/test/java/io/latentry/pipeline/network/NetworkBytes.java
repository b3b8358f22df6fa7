package io.latentry.pipeline.network;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** A small network of random weights with everything that common ones have. */
public final class NetworkBytes {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("network");
  private final SplittableRandom random = new SplittableRandom(5);

  private NetworkBytes() {}

  /**
   * Values {@code stem} (stride 2), {@code squeezed} (4), {@code joined} (8) and {@code deep} (16)
   * of 6, 8, 14 and 5 channels, and a classifier behind them.
   */
  public static ModelProto.Builder model() {
    NetworkBytes own = new NetworkBytes();
    own.graph.addInput(image(3)).addOutput(ValueInfoProto.newBuilder().setName("classes"));
    own.convolution("conv0", "image", 6, 3, 3, 1, integers("strides", 2, 2), pads(1, 1, 1, 1));
    for (String each : List.of("scale", "shift", "mean", "variance")) {
      own.weights(each, 6);
    }
    own.node(
        "BatchNormalization", "normal", List.of("conv0", "scale", "shift", "mean", "variance"));
    own.node("Relu", "stem", List.of("normal"));
    own.node(
        "MaxPool",
        "pooled",
        List.of("stem"),
        integers("kernel_shape", 3, 3),
        integers("strides", 2, 2),
        pads(1, 1, 1, 1));
    own.convolution("wide", "pooled", 8, 6, 1, 1);
    own.node("HardSwish", "swished", List.of("wide"));
    own.convolution("each", "swished", 8, 1, 3, 8, pads(1, 1, 1, 1));
    own.scalar("low", 0);
    own.scalar("high", 1.5f);
    own.node("Clip", "cut", List.of("each", "low", "high"));
    own.node("GlobalAveragePool", "whole", List.of("cut"));
    own.convolution("narrow", "whole", 8, 8, 1, 1);
    own.node("HardSigmoid", "gate", List.of("narrow"), number("alpha", 0.25f));
    own.node("Mul", "gated", List.of("cut", "gate"));
    own.node("Add", "squeezed", List.of("gated", "swished"));
    own.node(
        "AveragePool",
        "halved",
        List.of("squeezed"),
        integers("kernel_shape", 2, 2),
        integers("strides", 2, 2));
    own.convolution(
        "same",
        "squeezed",
        6,
        8,
        5,
        1,
        integers("strides", 2, 2),
        AttributeProto.newBuilder()
            .setName("auto_pad")
            .setType(AttributeProto.AttributeType.STRING)
            .setS(ByteString.copyFromUtf8("SAME_UPPER"))
            .build());
    own.node("LeakyRelu", "leaky", List.of("same"), number("alpha", 0.2f));
    own.node("Identity", "another", List.of("leaky"));
    own.node(
        "Concat",
        "joined",
        List.of("halved", "another"),
        AttributeProto.newBuilder()
            .setName("axis")
            .setType(AttributeProto.AttributeType.INT)
            .setI(1)
            .build());
    own.convolution("down", "joined", 5, 14, 1, 1, integers("strides", 2, 2));
    own.weights("factor", 5, 1, 1);
    own.node("Mul", "scaled", List.of("down", "factor"));
    own.weights("flat", 5);
    own.graph.addInitializer(
        TensorProto.newBuilder()
            .setName("shape")
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addDims(4)
            .addAllInt64Data(List.of(1L, -1L, 1L, 1L)));
    own.node("Reshape", "divisor", List.of("flat", "shape"));
    own.node("Div", "divided", List.of("scaled", "divisor"));
    own.node("Add", "raised", List.of("divided", "divisor"));
    own.node("Sigmoid", "bent", List.of("raised"));
    own.node("Tanh", "deep", List.of("bent"));
    own.node("GlobalMaxPool", "classes", List.of("deep"));
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(own.graph);
  }

  /** The input, of so many channels. */
  static ValueInfoProto image(int channels) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
    shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(channels));
    shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("height"));
    shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("width"));
    return ValueInfoProto.newBuilder()
        .setName("image")
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT_VALUE)
                        .setShape(shape)))
        .build();
  }

  private void convolution(
      String name,
      String takes,
      int out,
      int in,
      int side,
      int groups,
      AttributeProto... attributes) {
    weights(name + ".weight", out, in, side, side);
    weights(name + ".bias", out);
    List<AttributeProto> all = new ArrayList<>(List.of(attributes));
    all.add(
        AttributeProto.newBuilder()
            .setName("group")
            .setType(AttributeProto.AttributeType.INT)
            .setI(groups)
            .build());
    node(
        "Conv",
        name,
        List.of(takes, name + ".weight", name + ".bias"),
        all.toArray(AttributeProto[]::new));
  }

  private void node(String operator, String name, List<String> takes, AttributeProto... given) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName("node_" + name)
            .addAllInput(takes)
            .addOutput(name)
            .addAllAttribute(List.of(given)));
  }

  /** Above 0, since some are variances; taken from it where they are none. */
  private void weights(String name, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addAllDims(LongStream.of(shape).boxed().toList());
    long size = LongStream.of(shape).reduce(1, (a, b) -> a * b);
    double spread = name.endsWith("weight") ? Math.sqrt(2.0 * shape[0] / size) : 0;
    for (int i = 0; i < size; i++) {
      tensor.addFloatData(
          (float) (spread > 0 ? spread * random.nextGaussian() : random.nextDouble(0.2, 1)));
    }
    graph.addInitializer(tensor);
  }

  private void scalar(String name, float value) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addFloatData(value));
  }

  private static AttributeProto pads(long... pads) {
    return integers("pads", pads);
  }

  static AttributeProto integers(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(LongStream.of(values).boxed().toList())
        .build();
  }

  private static AttributeProto number(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }
}
