package io.latentry.load.artifact;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import io.latentry.core.artifact.Digest;
import io.latentry.core.artifact.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Files with a digest that fits, as whoever forges one would write it. */
final class Sealed {
  private Sealed() {}

  static byte[] of(ModelProto.Builder model) {
    String digest =
        Digest.of(
            model.getGraph().toByteString().asReadOnlyByteBuffer(),
            text(model, Manifest.METADATA_KEY),
            text(model, Manifest.PROBES_KEY));
    return change(model, Digest.METADATA_KEY, before -> digest).build().toByteArray();
  }

  static String text(ModelProto.Builder model, String key) {
    return model.getMetadataPropsList().stream()
        .filter(entry -> entry.getKey().equals(key))
        .map(StringStringEntryProto::getValue)
        .findFirst()
        .orElse("");
  }

  /** Changes a text of {@code model}; null takes it away. */
  static ModelProto.Builder change(
      ModelProto.Builder model, String key, UnaryOperator<@Nullable String> change) {
    List<StringStringEntryProto> texts = new ArrayList<>(model.getMetadataPropsList());
    String before = text(model, key);
    texts.removeIf(entry -> entry.getKey().equals(key));
    String after = change.apply(before);
    if (after != null) {
      texts.add(StringStringEntryProto.newBuilder().setKey(key).setValue(after).build());
    }
    return model.clearMetadataProps().addAllMetadataProps(texts);
  }
}
