package io.latentry.pipeline.score;

import io.latentry.core.artifact.Digest;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.ClopperPearson;
import io.latentry.core.evaluation.Interval;
import io.latentry.core.monitoring.FeedbackWord;
import io.latentry.core.monitoring.RecordedFields;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.RowBatch;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.explain.Explainer;
import io.latentry.pipeline.explain.Explanation;
import io.latentry.pipeline.export.ArtifactFile;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * How many known anomalies a finished model finds. They are looked at after everything is settled
 * and never before, and the artifact records each look: from then on they are no surprise to
 * whoever changes the model or moves its threshold.
 */
public final class ShadowPipeline {
  private final Progress listener;

  public ShadowPipeline(Progress listener) {
    this.listener = listener;
  }

  /**
   * Which rows are known anomalies.
   *
   * @param label column that says what a row is; empty to take what people said of recorded rows
   *     ({@link RecordedFields#FEEDBACK}), or, without such a column, every row for an anomaly
   * @param normal its value for rows that are none; empty to take the one of the fit
   * @param kind column that names kinds of anomalies; empty for {@code label}, or the signatures of
   *     the incidents
   * @param explain features to name of each missed anomaly
   */
  public record Known(
      Optional<String> label, Optional<String> normal, Optional<String> kind, int explain) {}

  /** Known anomalies of one kind; found are those with verdict anomaly, of those judged. */
  public record Recall(long known, long found, Interval recall) {
    static Recall of(long known, long found) {
      return new Recall(known, found, ClopperPearson.interval(found, known));
    }
  }

  /** An anomaly that passed as normal. */
  public record Missed(String kind, Explanation explanation) {}

  /**
   * @param byKind of judged anomalies, by kind; empty if no column names kinds
   * @param missed those with the lowest scores, {@value #MOST_MISSED} at most
   * @param unscorable anomalies without a verdict, in no other figure
   * @param others rows that are no known anomalies, in no other figure
   * @param earlierLooks that the artifact recorded before this one
   */
  public record Outcome(
      Recall all,
      double threshold,
      double falseAlarmRate,
      Map<String, Recall> byKind,
      List<Missed> missed,
      long unscorable,
      long others,
      int earlierLooks) {}

  /** The most missed anomalies that are explained. */
  public static final int MOST_MISSED = 5;

  /**
   * Judges the known anomalies and records the look in the artifact.
   *
   * @throws DataException if there is none that can be judged
   */
  public Outcome evaluate(Path model, ScoreRequest request, Known known) {
    Outcome outcome;
    Manifest looked;
    try (Scorer scorer = Scorer.open(model, ScorerOptions.threads(request.threads()))) {
      Tally tally = judge(scorer, request, known);
      outcome = tally.outcome(scorer);
      looked =
          scorer
              .manifest()
              .withShadowLook(
                  new Manifest.ShadowLook(
                      tally.digest(),
                      outcome.all().known(),
                      outcome.all().found(),
                      outcome.threshold(),
                      outcome.falseAlarmRate()));
    }
    ArtifactFile.rewriteManifest(model, looked);
    return outcome;
  }

  /**
   * Where rows say what they are.
   *
   * @param column empty if every row is a known anomaly
   * @param isKnown whether a cell of it is that of one
   * @param kind column that names kinds of anomalies
   */
  private record Telling(
      Optional<String> column, Predicate<String> isKnown, Optional<String> kind) {
    static Telling of(Known known, Manifest manifest, List<String> columns) {
      if (known.label().isPresent()) {
        String normal =
            known
                .normal()
                .orElseGet(
                    () -> EvaluatePipeline.fittedNormal(manifest, known.label().orElseThrow()));
        // A row without a label is not known to be anything.
        return new Telling(
            known.label(),
            cell -> !cell.isEmpty() && !cell.equals(normal),
            known.kind().or(known::label));
      }
      if (columns.contains(RecordedFields.FEEDBACK)) {
        return new Telling(
            Optional.of(RecordedFields.FEEDBACK),
            cell -> FeedbackWord.of(cell).filter(FeedbackWord.CONFIRMED::equals).isPresent(),
            known.kind().or(() -> Optional.of(RecordedFields.SIGNATURE).filter(columns::contains)));
      }
      return new Telling(Optional.empty(), cell -> true, known.kind());
    }

    List<String> keep() {
      return Stream.of(column, kind).flatMap(Optional::stream).distinct().toList();
    }
  }

  private Tally judge(Scorer scorer, ScoreRequest request, Known known) {
    try (DataSource source = JudgedBatches.open(scorer, request)) {
      Telling telling = Telling.of(known, scorer.manifest(), source.columnNames());
      List<String> keep = telling.keep();
      Tally tally = new Tally(new Explainer(scorer), known.explain(), telling.kind().isPresent());
      JudgedBatches.each(
          scorer,
          source,
          keep,
          "scoring ",
          listener,
          (rows, index, batch, judged) -> {},
          (batch, judgements) -> {
            for (int i = 0; i < judgements.count(); i++) {
              int row = i;
              boolean anomalous =
                  telling.column().isEmpty() || telling.isKnown().test(batch.kept()[0][row]);
              String of = telling.kind().map(k -> batch.kept()[keep.indexOf(k)][row]).orElse("");
              tally.add(batch, judgements, i, anomalous, of);
            }
          });
      if (tally.known == 0) {
        throw new DataException(noneKnown(telling, tally));
      }
      return tally;
    }
  }

  private static String noneKnown(Telling telling, Tally tally) {
    return telling.column().filter(RecordedFields.FEEDBACK::equals).isPresent()
        ? "known anomalies: no row that can be judged has '%s' in %s (expected: at least 1; %d rows are unscorable, of %d others nobody said so); say of an incident that it is confirmed, or name a --label"
            .formatted(
                FeedbackWord.CONFIRMED.word(),
                RecordedFields.FEEDBACK,
                tally.unscorable,
                tally.others)
        : "known anomalies: none that can be judged (expected: at least 1; %d rows are unscorable, %d are no anomalies)"
            .formatted(tally.unscorable, tally.others);
  }

  /** Counts as rows come. */
  private static final class Tally {
    private final Explainer explainer;
    private final int features;
    private final boolean hasKinds;
    private final Map<String, long[]> byKind = new TreeMap<>();
    private final List<Missed> missed = new ArrayList<>();
    private final MessageDigest digest = Digest.sha256();
    private long known;
    private long found;
    private long unscorable;
    private long others;

    Tally(Explainer explainer, int features, boolean hasKinds) {
      this.explainer = explainer;
      this.features = features;
      this.hasKinds = hasKinds;
    }

    void add(RowBatch batch, Judgements judgements, int i, boolean anomalous, String kind) {
      if (!anomalous) {
        others++;
        return;
      }
      if (judgements.verdict(i) == Verdict.UNSCORABLE) {
        unscorable++;
        return;
      }
      boolean caught = judgements.verdict(i) == Verdict.ANOMALY;
      known++;
      found += caught ? 1 : 0;
      long[] ofKind = byKind.computeIfAbsent(kind, k -> new long[2]);
      ofKind[0]++;
      ofKind[1] += caught ? 1 : 0;
      digest(batch.rows(), i);
      if (!caught) {
        keepLowest(batch, i, kind, judgements.score(i));
      }
    }

    private void keepLowest(RowBatch batch, int i, String kind, double score) {
      if (missed.size() == MOST_MISSED
          && score >= missed.get(MOST_MISSED - 1).explanation().judgement().score()) {
        return;
      }
      Rows row = batch.rows().select(new int[] {i});
      missed.add(new Missed(kind, explainer.explain(row, 0, batch.firstRow() + i, features)));
      missed.sort(Comparator.comparingDouble(m -> m.explanation().judgement().score()));
      if (missed.size() > MOST_MISSED) {
        missed.remove(MOST_MISSED);
      }
    }

    private void digest(Rows rows, int i) {
      int numbers = rows.schema().numericCount();
      ByteBuffer bytes = ByteBuffer.allocate(numbers * Float.BYTES);
      for (int j = 0; j < numbers; j++) {
        bytes.putFloat(rows.numeric(i, j));
      }
      digest.update(bytes.flip());
      for (int j = 0; j < rows.schema().categoricalCount(); j++) {
        digest.update(rows.categorical(i, j).getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
    }

    String digest() {
      return HexFormat.of().formatHex(digest.digest());
    }

    Outcome outcome(Scorer scorer) {
      Manifest manifest = scorer.manifest();
      Map<String, Recall> kinds = new LinkedHashMap<>();
      if (hasKinds) {
        byKind.forEach((kind, counts) -> kinds.put(kind, Recall.of(counts[0], counts[1])));
      }
      return new Outcome(
          Recall.of(known, found),
          manifest.threshold().current().score(),
          manifest.threshold().current().falseAlarmRate(),
          kinds,
          List.copyOf(missed),
          unscorable,
          others,
          manifest.provenance().shadowLooks().size());
    }
  }
}
