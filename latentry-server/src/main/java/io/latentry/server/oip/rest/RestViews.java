package io.latentry.server.oip.rest;

import io.latentry.server.monitoring.InferenceCount;
import io.latentry.server.oip.OpenInference;
import io.latentry.server.oip.proto.ModelConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is told over HTTP beside inference, as JSON with the keys of the protocol. */
final class RestViews {
  private RestViews() {}

  static Object server() {
    return ordered(
        "name",
        OpenInference.SERVER,
        "version",
        OpenInference.serverVersion(),
        "extensions",
        OpenInference.EXTENSIONS);
  }

  static Object model(OpenInference.ModelCard card) {
    return ordered(
        "name", card.name(),
        "versions", card.versions(),
        "platform", OpenInference.PLATFORM,
        "inputs", card.tensors().inputs(),
        "outputs", card.tensors().outputs());
  }

  static Object config(ModelConfig config) {
    return ordered(
        "name", config.getName(),
        "platform", config.getPlatform(),
        "backend", config.getBackend(),
        "max_batch_size", config.getMaxBatchSize(),
        "input",
            config.getInputList().stream()
                .map(i -> tensor(i.getName(), i.getDataType().name(), i.getDimsList()))
                .toList(),
        "output",
            config.getOutputList().stream()
                .map(o -> tensor(o.getName(), o.getDataType().name(), o.getDimsList()))
                .toList());
  }

  private static Object tensor(String name, String datatype, List<Long> dims) {
    return ordered("name", name, "data_type", datatype, "dims", dims);
  }

  static Object index(List<OpenInference.IndexEntry> entries) {
    return entries;
  }

  static Object statistics(List<InferenceCount> counts) {
    return Map.of("model_stats", counts.stream().map(RestViews::count).toList());
  }

  private static Object count(InferenceCount count) {
    return ordered(
        "name", count.model(),
        "version", Integer.toString(count.version()),
        "last_inference", count.lastInference(),
        "inference_count", count.rows(),
        "execution_count", count.success().count(),
        "inference_stats",
            ordered(
                "success", span(count.success()),
                "fail", span(count.fail()),
                "queue", span(count.queue()),
                "compute_input", span(count.input()),
                "compute_infer", span(count.engine()),
                "compute_output", span(count.output())));
  }

  private static Object span(InferenceCount.Span span) {
    return ordered("count", span.count(), "ns", span.nanos());
  }

  /** Names and values by turns, in order. */
  private static Map<String, Object> ordered(Object... entries) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      map.put((String) entries[i], entries[i + 1]);
    }
    return map;
  }
}
