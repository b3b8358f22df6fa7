package io.latentry;

import java.nio.file.Path;
import java.util.List;

/**
 * Learns what is normal, and judges.
 *
 * <pre>{@code
 * try (Model model = Latentry.fit(Path.of("machines.csv"))
 *     .normal("status", "ok")
 *     .falseAlarmRate(0.01)
 *     .train()) {
 *   Judgement judgement = model.judge(Map.of("pressure", 4.2, "speed", 1480, "valve", "open"));
 *   System.out.println(judgement.verdict());
 *   model.save(Path.of("model.onnx"));
 * }
 * }</pre>
 *
 * <p>Who only judges needs no more than {@code latentry-scoring}, which has {@link
 * io.latentry.model.Model} and none of the engine that trains.
 */
public final class Latentry {
  private Latentry() {}

  /** A fit of the rows of a CSV, TSV, Parquet or JSON-lines file, plain or gzipped. */
  public static Training fit(Path data) {
    return new Training(List.of(data.toString()));
  }

  /** The same with several files, or patterns such as {@code days/*.parquet}. */
  public static Training fit(List<String> data) {
    return new Training(List.copyOf(data));
  }
}
