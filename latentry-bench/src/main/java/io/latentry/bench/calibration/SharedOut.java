package io.latentry.bench.calibration;

import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.RowScreen;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.Folds;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.ingest.table.Table;
import io.latentry.pipeline.data.ChosenRows;
import io.latentry.pipeline.data.TrainingData;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A table's normal rows, dealt into some that a fit learns from and fresh ones. */
public final class SharedOut implements TrainingData {
  /** More fresh rows than these tell hardly more, and take their time. */
  private static final int MOST_FRESH = 6_000;

  private final Table table;
  private final Schema schema;
  private final int[] learned;
  private final double[] novelty;
  private final Rows fresh;
  private final int unscorable;

  private SharedOut(Table table, ChosenRows chosen, int[] fresh) {
    this.table = table;
    this.schema = chosen.schema();
    this.learned = chosen.usable();
    this.novelty = chosen.novelty();
    Rows all = table.rows(schema, fresh);
    RowScreen screen = new RowScreen(schema);
    int[] judged =
        IntStream.range(0, all.count())
            .filter(row -> screen.reasonAgainst(all, row) == null)
            .toArray();
    this.fresh = all.select(judged);
    this.unscorable = fresh.length - judged.length;
  }

  /**
   * Deals by {@code seed}.
   *
   * @param normals rows of {@code table}
   * @param rows to learn from; the others are fresh
   */
  public static SharedOut of(Table table, int[] normals, int rows, long seed) {
    int[] order = Folds.shuffle(normals.length, seed);
    int[] learned = IntStream.of(order).limit(rows).map(i -> normals[i]).sorted().toArray();
    int[] fresh =
        IntStream.of(order).skip(rows).limit(MOST_FRESH).map(i -> normals[i]).sorted().toArray();
    return new SharedOut(table, ChosenRows.of(table, learned), fresh);
  }

  /** Normal rows that no fit saw, those that cannot be judged left out. */
  public Rows fresh() {
    return fresh;
  }

  /** Fresh rows that cannot be judged. */
  public int unscorable() {
    return unscorable;
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public List<String> files() {
    return List.of();
  }

  @Override
  public Map<String, NumberForm> numberForms() {
    return Map.of();
  }

  @Override
  public String digest() {
    return table.digest();
  }

  @Override
  public Counts counts() {
    return new Counts(learned.length, learned.length, learned.length, 0, 0);
  }

  @Override
  public boolean hasLabels() {
    return false;
  }

  @Override
  public DataSplit split(SplitConfig config, long seed) {
    return DataSplit.shuffled(learned.length, config, seed);
  }

  @Override
  public Rows normals(int[] indices) {
    return table.trainingRows(schema, places(indices));
  }

  @Override
  public int[] places(int[] indices) {
    return IntStream.of(indices).map(i -> learned[i]).toArray();
  }

  @Override
  public double[] novelty(int[] indices) {
    return IntStream.of(indices).mapToDouble(i -> novelty[i]).toArray();
  }

  @Override
  public Placed others(int most) {
    return new Placed(new int[0], table.rows(schema, new int[0]));
  }
}
