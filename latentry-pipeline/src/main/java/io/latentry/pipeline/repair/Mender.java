package io.latentry.pipeline.repair;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.table.ColumnProfile;
import io.latentry.ingest.table.TableProfile;
import io.latentry.pipeline.explain.ProposedRepair;
import io.latentry.pipeline.explain.SmallestRepair;
import io.latentry.pipeline.repair.RepairedCell.Reason;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Decides which cells of a batch to replace, and replaces them. */
final class Mender {
  private static final int EXAMPLES = 10;
  private static final Set<String> TRUE_WORDS = Set.of("true", "t", "yes", "y", "1", "1.0");

  private final Scorer scorer;
  private final Schema schema;
  private final int numbers;
  private final int columns;
  private final boolean implausible;

  /** By input, its place among {@link #columns}; -1 for what a text is like, which stays. */
  private final int[] kept;

  private final CellImputer imputer;
  private final SmallestRepair smallest;
  private final Map<String, ColumnProfile> profiles;
  private final Map<Reason, Long> cells = new EnumMap<>(Reason.class);
  private final Map<String, Long> byColumn = new TreeMap<>();
  private final List<RepairedCell> examples = new ArrayList<>();
  private long changedRows;
  private long anomalous;
  private long left;

  Mender(Scorer scorer, TableProfile profile, boolean implausible, long seed) {
    this.scorer = scorer;
    this.schema = scorer.manifest().schema();
    this.numbers = schema.numericCount();
    this.columns = schema.columns().size();
    this.implausible = implausible;
    List<String> given = columns();
    this.kept = schema.columns().stream().mapToInt(c -> given.indexOf(c.name())).toArray();
    this.imputer = new CellImputer(Expectation.by(scorer), normals(scorer.manifest()), seed);
    this.smallest = new SmallestRepair(scorer);
    this.profiles =
        profile.columns().stream()
            .collect(Collectors.toMap(ColumnProfile::name, Function.identity()));
  }

  /**
   * The changed cells of neighbouring rows.
   *
   * @param endRow the first row beyond
   */
  record Batch(long endRow, Map<Long, List<RepairedCell>> cells) {
    static final Batch NONE = new Batch(0, Map.of());

    List<RepairedCell> of(long row) {
      return cells.getOrDefault(row, List.of());
    }
  }

  private static Rows normals(Manifest manifest) {
    Schema schema = manifest.schema();
    List<Rows> rows =
        manifest.normals().stream()
            .map(n -> Rows.of(schema, 1, n.numeric(), n.categorical()))
            .toList();
    return Rows.concat(schema, rows);
  }

  /** The columns that a row is given, to be carried along as text. */
  List<String> columns() {
    return schema.given().stream().filter(name -> !isIdentifier(name)).toList();
  }

  /** Which nothing can be expected of. */
  private boolean isIdentifier(String name) {
    return schema.columns().stream().anyMatch(c -> c.name().equals(name) && c.isIdentifier())
        || schema.texts().stream().anyMatch(t -> t.name().equals(name) && schema.isIdentifier(t));
  }

  boolean isNumber(String column) {
    return schema.columns().stream()
        .anyMatch(c -> c.name().equals(column) && c.type() == ColumnType.NUMERIC);
  }

  Batch mend(RowBatch batch) {
    Rows rows = batch.rows();
    @Nullable Reason[] reasons = new Reason[rows.count() * columns];
    for (int i = 0; i < rows.count(); i++) {
      markBad(batch, i, reasons);
    }
    CellImputer.Imputed filled = imputer.impute(rows, wanted(reasons), batch.firstRow());
    if (implausible) {
      filled = withoutImplausible(batch, filled, reasons);
    }
    return told(batch, filled, reasons);
  }

  /** Cells that hold nothing that the model could take. */
  private void markBad(RowBatch batch, int row, @Nullable Reason[] reasons) {
    int bad = 0;
    for (int j = 0; j < columns; j++) {
      reasons[row * columns + j] = badness(batch, row, j).orElse(null);
      bad += reasons[row * columns + j] == null ? 0 : 1;
    }
    boolean readable = bad < columns || batch.rows().fault(row) == null;
    for (int j = 0; j < columns; j++) {
      boolean moment = schema.columns().get(j).type() == ColumnType.TIMESTAMP;
      // What the model expects of nothing says nothing of this row.
      if (reasons[row * columns + j] != null && (moment || bad == columns)) {
        reasons[row * columns + j] = null;
        left += readable ? 1 : 0;
      }
    }
  }

  private Optional<Reason> badness(RowBatch batch, int row, int column) {
    if (kept[column] < 0) {
      return Optional.empty();
    }
    String text = batch.kept()[kept[column]][row];
    if (text.isEmpty() && schema.columns().get(column).isAlwaysMissing()) {
      return Optional.empty();
    }
    if (column < numbers) {
      if (Float.isFinite(batch.rows().numeric(row, column))) {
        return Optional.empty();
      }
      return Optional.of(text.isEmpty() ? Reason.MISSING : Reason.UNREADABLE);
    }
    if (text.isEmpty()) {
      return Optional.of(Reason.MISSING);
    }
    Column of = schema.columns().get(column);
    return of.unseen() == UnseenPolicy.REJECT && !of.categories().contains(text)
        ? Optional.of(Reason.UNSEEN)
        : Optional.empty();
  }

  private static boolean[] wanted(@Nullable Reason[] reasons) {
    boolean[] wanted = new boolean[reasons.length];
    for (int i = 0; i < reasons.length; i++) {
      wanted[i] = reasons[i] != null;
    }
    return wanted;
  }

  /** Replaces the fewest cells that make a row an anomaly, and only if that makes it normal. */
  private CellImputer.Imputed withoutImplausible(
      RowBatch batch, CellImputer.Imputed filled, @Nullable Reason[] reasons) {
    Judgements judgements = scorer.judge(filled.rows(), FeatureReader.outputs(scorer.outputs()));
    float[] contributions = FeatureReader.contributions(judgements.scores());
    @Nullable Reason[] more = reasons.clone();
    boolean[] found = new boolean[filled.rows().count()];
    for (int i = 0; i < found.length; i++) {
      if (judgements.verdict(i) == Verdict.ANOMALY) {
        Optional<ProposedRepair> proposed =
            smallest.of(
                filled.rows(),
                i,
                Arrays.copyOfRange(contributions, i * columns, (i + 1) * columns));
        found[i] = proposed.isPresent() && mark(proposed.get(), i, more);
        anomalous += found[i] ? 0 : 1;
      }
    }
    CellImputer.Imputed mended = imputer.impute(filled.rows(), wanted(more), batch.firstRow());
    Judgements after = scorer.judge(mended.rows());
    float[] numeric = filled.rows().numeric().clone();
    String[] categorical = filled.rows().categorical().clone();
    double[] uncertainty = filled.uncertainty().clone();
    for (int i = 0; i < found.length; i++) {
      if (found[i] && after.verdict(i) == Verdict.NORMAL) {
        System.arraycopy(mended.rows().numeric(), i * numbers, numeric, i * numbers, numbers);
        int texts = columns - numbers;
        System.arraycopy(mended.rows().categorical(), i * texts, categorical, i * texts, texts);
        System.arraycopy(mended.uncertainty(), i * columns, uncertainty, i * columns, columns);
        System.arraycopy(more, i * columns, reasons, i * columns, columns);
      } else if (found[i]) {
        anomalous++;
      }
    }
    return new CellImputer.Imputed(
        Rows.of(schema, found.length, numeric, categorical), uncertainty);
  }

  /** Whether every proposed change is of a cell that can be written. */
  private boolean mark(ProposedRepair proposed, int row, @Nullable Reason[] reasons) {
    List<String> names = schema.columns().stream().map(Column::name).toList();
    for (ProposedRepair.Change change : proposed.changes()) {
      int column = names.indexOf(change.column());
      if (schema.columns().get(column).type() == ColumnType.TIMESTAMP) {
        return false;
      }
    }
    for (ProposedRepair.Change change : proposed.changes()) {
      int cell = row * columns + names.indexOf(change.column());
      reasons[cell] = reasons[cell] == null ? Reason.IMPLAUSIBLE : reasons[cell];
    }
    return true;
  }

  private Batch told(RowBatch batch, CellImputer.Imputed filled, @Nullable Reason[] reasons) {
    Map<Long, List<RepairedCell>> changed = new HashMap<>();
    for (int i = 0; i < batch.rows().count(); i++) {
      List<RepairedCell> own = new ArrayList<>();
      for (int j = 0; j < columns; j++) {
        Reason reason = reasons[i * columns + j];
        if (reason != null) {
          RepairedCell cell =
              new RepairedCell(
                  batch.firstRow() + i,
                  schema.columns().get(j).name(),
                  batch.kept()[kept[j]][i],
                  written(filled.rows(), i, j),
                  filled.uncertainty()[i * columns + j],
                  reason);
          own.add(cell);
          cells.merge(reason, 1L, Long::sum);
          byColumn.merge(cell.column(), 1L, Long::sum);
          if (examples.size() < EXAMPLES) {
            examples.add(cell);
          }
        }
      }
      if (!own.isEmpty()) {
        changed.put(batch.firstRow() + i, own);
        changedRows++;
      }
    }
    return new Batch(batch.firstRow() + batch.rows().count(), changed);
  }

  /** In the column's own way of writing: whole numbers, its own words for true and false. */
  private String written(Rows rows, int row, int column) {
    if (column >= numbers) {
      return rows.categorical(row, column - numbers);
    }
    Column of = schema.columns().get(column);
    float value = rows.numeric(row, column);
    ColumnProfile profile = profiles.get(of.name());
    if (of.type() == ColumnType.BOOLEAN) {
      return word(value >= 0.5f, profile);
    }
    boolean whole =
        profile != null && profile.numbers() > 0 && profile.integers() == profile.numbers();
    return whole ? String.valueOf(Math.round(of.inOwnUnit(value))) : FeatureReader.text(of, value);
  }

  /** As the column writes it; a column of digits stays one, even if it never showed this one. */
  private static String word(boolean truth, @Nullable ColumnProfile of) {
    if (of == null) {
      return String.valueOf(truth);
    }
    boolean digits = of.given() > 0 && of.numbers() == of.given();
    return of.top().stream()
        .map(ColumnProfile.Frequency::value)
        .filter(text -> TRUE_WORDS.contains(text.toLowerCase(Locale.ROOT)) == truth)
        .findFirst()
        .orElse(digits ? (truth ? "1" : "0") : String.valueOf(truth));
  }

  RepairOutcome outcome(long rows, long unreadable) {
    return new RepairOutcome(
        rows, changedRows, cells, byColumn, anomalous, left, unreadable, examples);
  }
}
