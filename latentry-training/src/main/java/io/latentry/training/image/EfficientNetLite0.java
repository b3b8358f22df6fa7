package io.latentry.training.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.FrozenNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The first blocks of EfficientNet-Lite0, trained on ImageNet by others. Block {@code i} gives
 * {@code [batch, CHANNELS[i], height / STRIDES[i], width / STRIDES[i]]}; the last of each stride,
 * which see texture, parts and objects, are its layers.
 *
 * @see <a href="https://arxiv.org/abs/1905.11946">Tan and Le 2019, EfficientNet</a>
 * @see <a href="https://github.com/huggingface/safetensors">the format that the weights come in</a>
 */
final class EfficientNetLite0 implements FrozenNetwork {
  /** Of each block, in pixels of the image. */
  private static final int[] STRIDES = {2, 4, 4, 8, 8, 16, 16, 16, 16, 16, 16};

  private static final int[] CHANNELS = {16, 24, 24, 40, 40, 80, 80, 80, 112, 112, 112};

  private static final List<Integer> LAYERS = List.of(2, 4, 10);

  /** Blocks whose depthwise convolution takes every second place. */
  private static final List<Integer> HALVING = List.of(1, 3, 5);

  private static final float SIX = 6;

  private final Map<String, Weights> convolutions;

  /** Of one convolution, {@code [out, in / groups, height, width]}, and {@code [out]}. */
  private record Weights(float[] kernel, long[] shape, float[] bias) {}

  private EfficientNetLite0(Map<String, Weights> convolutions) {
    this.convolutions = Map.copyOf(convolutions);
  }

  /** Reads weights as {@code scripts/efficientnet-lite0-weights.py} writes them. */
  static EfficientNetLite0 read(InputStream safetensors) {
    try {
      ByteBuffer file = ByteBuffer.wrap(safetensors.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      byte[] header = new byte[Math.toIntExact(file.getLong())];
      file.get(header);
      int from = file.position();
      JsonNode tensors = new ObjectMapper().readTree(header);
      Map<String, Weights> convolutions = new HashMap<>();
      tensors
          .fieldNames()
          .forEachRemaining(
              name -> {
                if (name.endsWith(".weight")) {
                  String convolution = name.substring(0, name.length() - ".weight".length());
                  long[] shape = new long[4];
                  Arrays.setAll(shape, i -> tensors.get(name).get("shape").get(i).asLong());
                  convolutions.put(
                      convolution,
                      new Weights(
                          floats(file, from, tensors.get(name)),
                          shape,
                          floats(file, from, tensors.get(convolution + ".bias"))));
                }
              });
      return new EfficientNetLite0(convolutions);
    } catch (IOException e) {
      throw new UncheckedIOException("the network's weights cannot be read", e);
    }
  }

  private static float[] floats(ByteBuffer file, int from, JsonNode tensor) {
    int begin = tensor.get("data_offsets").get(0).asInt();
    int end = tensor.get("data_offsets").get(1).asInt();
    float[] values = new float[(end - begin) / Float.BYTES];
    file.duplicate()
        .order(ByteOrder.LITTLE_ENDIAN)
        .position(from + begin)
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return values;
  }

  @Override
  public List<Layer> layers() {
    return LAYERS.stream().map(block -> new Layer(CHANNELS[block], STRIDES[block])).toList();
  }

  @Override
  public <T> List<T> see(Ops<T> ops, T image, int count) {
    List<Integer> blocks = LAYERS.subList(0, count);
    // As it was trained: (255 * value - 127) / 128.
    T x = ops.mul(ops.sub(image, ops.scalar(127 / 255f)), ops.scalar(255 / 128f));
    x = relu6(ops, convolution(ops, "stem", x, 2, 1));
    List<T> given = new ArrayList<>();
    for (int block = 0; block <= blocks.get(count - 1); block++) {
      x = block(ops, block, x);
      if (blocks.contains(block)) {
        given.add(x);
      }
    }
    return given;
  }

  /** An inverted residual: wider, each channel by itself, narrower again. */
  private <T> T block(Ops<T> ops, int block, T x) {
    String name = "blocks." + block;
    T wide =
        convolutions.containsKey(name + ".expand")
            ? relu6(ops, convolution(ops, name + ".expand", x, 1, 1))
            : x;
    int channels = (int) weights(name + ".depthwise").shape()[0];
    int stride = HALVING.contains(block) ? 2 : 1;
    T each = relu6(ops, convolution(ops, name + ".depthwise", wide, stride, channels));
    T narrow = convolution(ops, name + ".project", each, 1, 1);
    boolean residual = block > 0 && stride == 1 && CHANNELS[block] == CHANNELS[block - 1];
    return residual ? ops.add(narrow, x) : narrow;
  }

  private <T> T convolution(Ops<T> ops, String name, T x, int stride, int groups) {
    Weights own = weights(name);
    return ops.convolution(
        x,
        ops.constant(own.kernel(), own.shape()),
        ops.constant(own.bias(), own.bias().length),
        stride,
        groups);
  }

  private Weights weights(String convolution) {
    Weights weights = convolutions.get(convolution);
    if (weights == null) {
      throw new IllegalArgumentException("network: no '" + convolution + "' (expected: weights)");
    }
    return weights;
  }

  private static <T> T relu6(Ops<T> ops, T x) {
    return ops.clip(x, 0, SIX);
  }
}
