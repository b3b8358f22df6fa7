package io.latentry.pipeline.retrain;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.evaluation.Folds;
import io.latentry.pipeline.retrain.rows.RecentRows;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Normals of old, dealt in two: some are learned from again, others only judge.
 *
 * @param rehearsed learned from, of the champion's schema
 * @param places rows of their data behind {@code rehearsed}
 * @param kept never learned from by the challenger
 * @param source where they come from, as a phrase
 */
record OldNormals(Rows rehearsed, int[] places, Rows kept, String source) {
  /** More would tell nothing new. */
  private static final int MOST_KEPT = 5_000;

  /** The old must not outweigh the new: of the recent rows this share, but some at least. */
  private static final double MOST_REHEARSED = 0.25;

  private static final int FEWEST_REHEARSED = 100;

  /** Those that the champion's manifest holds: it was trained on them. */
  static OldNormals of(Manifest champion, int recent, long seed) {
    Schema schema = champion.schema();
    List<Manifest.ReferenceRow> normals = champion.normals();
    float[] numeric = new float[normals.size() * schema.numericCount()];
    String[] categorical = new String[normals.size() * schema.categoricalCount()];
    int[] places = new int[normals.size()];
    for (int i = 0; i < normals.size(); i++) {
      Manifest.ReferenceRow row = normals.get(i);
      System.arraycopy(row.numeric(), 0, numeric, i * schema.numericCount(), schema.numericCount());
      System.arraycopy(
          row.categorical(),
          0,
          categorical,
          i * schema.categoricalCount(),
          schema.categoricalCount());
      places[i] = Math.toIntExact(row.row());
    }
    return dealt(
        Rows.of(schema, normals.size(), numeric, categorical),
        places,
        recent,
        seed,
        "normal rows that the champion holds");
  }

  /**
   * Those of files.
   *
   * @param rows normal ones, that can be judged
   */
  static OldNormals of(RecentRows frozen, int[] rows, int recent, long seed) {
    return dealt(
        frozen.rows().select(rows),
        IntStream.of(rows).map(i -> (int) frozen.place(i)).toArray(),
        recent,
        seed,
        "%s of %s"
            .formatted(
                frozen.sample().leavesOut()
                    ? "%,d of the %,d rows, drawn by chance,"
                        .formatted(frozen.count(), frozen.read())
                    : "rows",
                frozen.source()));
  }

  /**
   * Those of files that no training takes in: a contest reads them itself.
   *
   * @param what they are, such as {@code points of}
   */
  static OldNormals onlyJudging(Schema schema, List<String> files, String what) {
    Rows none = Rows.of(schema, 0, new float[0], new String[0]);
    return new OldNormals(
        none, new int[0], none, files.isEmpty() ? "" : what + " " + String.join(", ", files));
  }

  private static OldNormals dealt(Rows rows, int[] places, int recent, long seed, String source) {
    int[] order = Folds.shuffle(rows.count(), seed ^ 0x2f0b4c47L);
    int half = order.length / 2;
    int most = Math.max(FEWEST_REHEARSED, (int) (MOST_REHEARSED * recent));
    int[] rehearsed = ascending(order, 0, Math.min(half, most));
    int[] kept = ascending(order, half, Math.min(order.length, half + MOST_KEPT));
    return new OldNormals(
        rows.select(rehearsed),
        IntStream.of(rehearsed).map(i -> places[i]).toArray(),
        rows.select(kept),
        source);
  }

  private static int[] ascending(int[] order, int from, int to) {
    int[] part = Arrays.copyOfRange(order, from, to);
    Arrays.sort(part);
    return part;
  }
}
