package io.latentry.model;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.cell.CellText;
import io.latentry.core.data.Rows;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Schema;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A model that judges rows of a table. Thread-safe: one serves any number of callers.
 *
 * <pre>{@code
 * try (Model model = Model.open(Path.of("model.onnx"))) {
 *   Map<String, Object> row = Map.of("pressure", 42, "speed", 1480, "valve", "open");
 *   Judgement judgement = model.judge(row);
 *   if (judgement.verdict() == Verdict.ANOMALY) {
 *     System.out.println(model.explain(row, 3));
 *   }
 * }
 * }</pre>
 *
 * <p>A row is a map from column to value, a record, or a bean; what of it is no column of the model
 * is passed over, and a column that it lacks is missing, which the judgement says. Components and
 * properties such as {@code flowRate} are found for a column {@code flow_rate} too. A value is a
 * number, a truth value, text, an enum, or a moment ({@link java.time.Instant}, {@link
 * java.time.OffsetDateTime}, {@link java.time.LocalDateTime} as UTC, {@link java.util.Date}); null
 * and an empty {@link java.util.Optional} are missing.
 */
public final class Model implements AutoCloseable {
  /** Rows that are judged at once: as quick as any, and soon answered. */
  private static final int BATCH = 512;

  private final byte[] file;
  private final Scorer scorer;
  private final Schema schema;
  private final CellText cells;
  private final FeatureReader features;

  private Model(byte[] file, Scorer scorer) {
    this.file = file;
    this.scorer = scorer;
    this.schema = scorer.manifest().schema();
    this.cells = scorer.manifest().reading().cells();
    this.features = new FeatureReader(scorer.manifest());
  }

  /**
   * Opens a model file; it is checked, and proven by its probes, before it answers.
   *
   * @throws io.latentry.core.artifact.ArtifactException if the file is no model, or does not give
   *     what it promises
   * @throws IllegalArgumentException if it is one of series or images, which are not judged by rows
   */
  public static Model open(Path file) throws IOException {
    return of(Files.readAllBytes(file));
  }

  /** The same with the bytes of the file. */
  public static Model of(byte[] file) {
    byte[] own = file.clone();
    Scorer scorer = Scorer.openUnproven(() -> own, ScorerOptions.defaults());
    try {
      if (!(scorer.manifest().spec() instanceof Schema)) {
        throw new IllegalArgumentException(
            "model: one of series or images (expected: one of a table); judge those with"
                + " SeriesScorer or Scorer");
      }
      scorer.prove();
      return new Model(own, scorer);
    } catch (RuntimeException refused) {
      scorer.close();
      throw refused;
    }
  }

  /** Everything that the model says of itself: columns, threshold, how it came to be. */
  public Manifest manifest() {
    return scorer.manifest();
  }

  /**
   * The verdict on one row.
   *
   * @param row a map from column to value, a record, or a bean
   * @throws IllegalArgumentException if a value is of a type that no column takes
   */
  public Judgement judge(Object row) {
    return judged(List.of(row)).get(0);
  }

  /** Verdicts on rows, in their order. */
  public List<Judgement> judgeAll(Iterable<?> rows) {
    List<Judgement> all = new ArrayList<>();
    List<Object> batch = new ArrayList<>(BATCH);
    for (Object row : rows) {
      batch.add(row);
      if (batch.size() == BATCH) {
        all.addAll(judged(batch));
        batch.clear();
      }
    }
    all.addAll(judged(batch));
    return all;
  }

  /** Verdicts on rows as they come, in their order; some hundred rows are read ahead. */
  public Stream<Judgement> judgeAll(Stream<?> rows) {
    Batches batches = new Batches(rows.iterator());
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(batches, Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .flatMap(List::stream)
        .onClose(rows::close);
  }

  /**
   * Verdicts on what is left of {@code rows}, in their order. Columns are found by their labels.
   *
   * @throws SQLException if the database fails
   */
  public List<Judgement> judgeAll(ResultSet rows) throws SQLException {
    ResultSetValues values = new ResultSetValues(rows);
    List<Judgement> all = new ArrayList<>();
    RowsBuilder builder = builder();
    while (rows.next()) {
      values.give(builder);
      if (builder.count() == BATCH) {
        all.addAll(judged(builder));
        builder = builder();
      }
    }
    all.addAll(judged(builder));
    return all;
  }

  /**
   * The columns that make the row most strange, most first; empty for one that cannot be judged.
   *
   * @param row as {@link #judge} takes it
   * @param most how many columns
   */
  public List<Feature> explain(Object row, int most) {
    RowsBuilder builder = builder();
    RowValues.of(row).give(row, builder);
    Rows one = builder.rows();
    Judgements judged = scorer.judge(one, FeatureReader.outputs(scorer.outputs()));
    return judged.verdict(0) == Verdict.UNSCORABLE
        ? List.of()
        : features.top(one, judged.scores(), 0, most);
  }

  /**
   * Writes the model file; a file that is there is replaced, whole or not at all.
   *
   * @param target a name that ends in {@code .onnx}
   */
  public void save(Path target) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    Path beside = Files.createTempFile(folder, ".latentry-", ".part");
    try {
      Files.write(beside, file);
      Files.move(
          beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      boolean unused = Files.deleteIfExists(beside);
    }
  }

  /** Gives native memory back; what is under way is answered first. */
  @Override
  public void close() {
    scorer.close();
  }

  private RowsBuilder builder() {
    return new RowsBuilder(schema, 1, cells);
  }

  private List<Judgement> judged(List<?> rows) {
    RowsBuilder builder = builder();
    for (Object row : rows) {
      RowValues.of(row).give(row, builder);
    }
    return judged(builder);
  }

  private List<Judgement> judged(RowsBuilder builder) {
    List<Judgement> all = new ArrayList<>(builder.count());
    if (builder.count() > 0) {
      Judgements judged = scorer.judge(builder.rows());
      for (int row = 0; row < judged.count(); row++) {
        all.add(judged.get(row));
      }
    }
    return all;
  }

  /** Rows, some hundred at a time. */
  private final class Batches implements Iterator<List<Judgement>> {
    private final Iterator<?> rows;

    Batches(Iterator<?> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public List<Judgement> next() {
      List<Object> batch = new ArrayList<>();
      while (batch.size() < BATCH && rows.hasNext()) {
        batch.add(rows.next());
      }
      return judged(batch);
    }
  }
}
