package io.latentry.kafka;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a run comes to that nothing disturbs: the same topology without a broker. */
public final class Undisturbed {
  public static final Path MODEL = Golden.SERIES;

  private Undisturbed() {}

  /**
   * By key, in order.
   *
   * @param records key and value, in order
   */
  public static Map<String, List<StreamVerdict>> verdicts(
      Path folder, List<Map.Entry<byte[], byte[]>> records, JudgeOptions options) throws Exception {
    Map<String, List<StreamVerdict>> byKey = new HashMap<>();
    try (Driver driver = new Driver(folder, MODEL, options)) {
      records.forEach(record -> driver.records.pipeInput(record.getKey(), record.getValue()));
      List<StreamVerdict> verdicts = driver.answers();
      for (int i = 0; i < verdicts.size(); i++) {
        byKey
            .computeIfAbsent(
                new String(records.get(i).getKey(), StandardCharsets.UTF_8),
                key -> new ArrayList<>())
            .add(verdicts.get(i));
      }
    }
    return byKey;
  }
}
