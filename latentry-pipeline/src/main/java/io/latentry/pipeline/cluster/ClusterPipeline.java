package io.latentry.pipeline.cluster;

import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.Folds;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.score.ScoreRequest;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Groups the anomalies of a table by what makes them strange. */
public final class ClusterPipeline {
  /** Smallest group unless one is given. */
  public static final int SMALLEST = 5;

  /** Grouping compares all pairs; beyond so many, anomalies join the group of the nearest. */
  private static final int MOST_COMPARED = 3_000;

  private static final int BATCH_ROWS = 4_096;

  private final Progress listener;

  public ClusterPipeline(Progress listener) {
    this.listener = listener;
  }

  /** The anomalies of a table, as they were found. */
  private static final class Found {
    private final List<Rows> rows = new ArrayList<>();
    private final List<Long> numbers = new ArrayList<>();
    private final List<Double> scores = new ArrayList<>();
    private final List<List<String>> kept = new ArrayList<>();
    private long read;
    private long unscorable;

    void add(RowBatch batch, Judgements judgements) {
      read += judgements.count();
      unscorable += judgements.count(Verdict.UNSCORABLE);
      int[] anomalies =
          IntStream.range(0, judgements.count())
              .filter(i -> judgements.verdict(i) == Verdict.ANOMALY)
              .toArray();
      if (anomalies.length > 0) {
        rows.add(batch.rows().select(anomalies));
      }
      for (int i : anomalies) {
        numbers.add(batch.firstRow() + i);
        scores.add((double) judgements.score(i));
        kept.add(Arrays.stream(batch.kept()).map(column -> column[i]).toList());
      }
    }
  }

  /**
   * Judges, describes and groups.
   *
   * @param request its {@code explain} counts for nothing
   * @param smallest rows of a group, at least 2
   * @throws DataException if the data cannot be read, or have no anomaly
   */
  public ClusterOutcome cluster(Scorer scorer, ScoreRequest request, int smallest, long seed) {
    if (smallest < 2) {
      throw new IllegalArgumentException("smallest: " + smallest + " (expected: 2 or more rows)");
    }
    Found found = new Found();
    try (DataSource source = DataSource.open(request.data(), request.reading(), request.input());
        RowReader reader =
            source.rows(
                scorer.manifest().schema(), request.keep(), BATCH_ROWS, listener.reading())) {
      listener.stage("scoring " + source.name());
      while (reader.hasNext()) {
        RowBatch batch = reader.next();
        found.add(batch, scorer.judge(batch.rows()));
      }
      if (found.numbers.isEmpty()) {
        throw new DataException(
            "%s: no anomaly among %,d rows (expected: at least 1 to group); nothing was written"
                .formatted(source.name(), found.read));
      }
    }
    listener.stage("grouping " + found.numbers.size() + " anomalies");
    return grouped(scorer, found, smallest, seed);
  }

  private ClusterOutcome grouped(Scorer scorer, Found found, int smallest, long seed) {
    Rows rows = Rows.concat(scorer.manifest().schema(), found.rows);
    Set<Output> wanted = EnumSet.of(Output.CONTRIBUTION, Output.LATENT_MEAN, Output.RECONSTRUCTION);
    wanted.retainAll(scorer.outputs());
    Scores scores = scorer.score(rows, wanted);
    double[][] signatures =
        Signatures.of(
            scores.values(Output.CONTRIBUTION),
            rows.schema().columns().size(),
            scores.values(Output.LATENT_MEAN),
            scores.width(Output.LATENT_MEAN),
            scorer.manifest());
    int[] labels = labels(signatures, smallest, seed);
    GroupTeller teller =
        new GroupTeller(
            rows,
            scores.values(Output.CONTRIBUTION),
            wanted.contains(Output.RECONSTRUCTION)
                ? scores.values(Output.RECONSTRUCTION)
                : new float[0],
            signatures,
            found.scores.stream().mapToDouble(Double::doubleValue).toArray(),
            found.numbers.stream().mapToLong(Long::longValue).toArray());
    int count = Arrays.stream(labels).max().orElse(Grouping.NOISE) + 1;
    List<AnomalyGroup> groups = new ArrayList<>();
    for (int g = 0; g < count; g++) {
      int number = g;
      groups.add(
          teller.tell(
              g, IntStream.range(0, labels.length).filter(i -> labels[i] == number).toArray()));
    }
    List<ClusterOutcome.Member> members = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      members.add(
          new ClusterOutcome.Member(
              found.numbers.get(i), found.scores.get(i), labels[i], found.kept.get(i)));
    }
    return new ClusterOutcome(
        found.read,
        labels.length,
        found.unscorable,
        (int) Arrays.stream(labels).filter(label -> label == Grouping.NOISE).count(),
        groups,
        members);
  }

  /** Of all points; those beyond the compared ones are as their nearest compared one is. */
  private static int[] labels(double[][] signatures, int smallest, long seed) {
    if (signatures.length <= MOST_COMPARED) {
      return Grouping.group(signatures, smallest, seed);
    }
    int[] some =
        Arrays.stream(Folds.shuffle(signatures.length, seed))
            .limit(MOST_COMPARED)
            .sorted()
            .toArray();
    double[][] compared = Arrays.stream(some).mapToObj(i -> signatures[i]).toArray(double[][]::new);
    int[] theirs = Grouping.group(compared, smallest, seed);
    return Arrays.stream(signatures)
        .parallel()
        .mapToInt(
            signature -> {
              int nearest = 0;
              for (int i = 1; i < compared.length; i++) {
                nearest =
                    Grouping.distance(signature, compared[i])
                            < Grouping.distance(signature, compared[nearest])
                        ? i
                        : nearest;
              }
              return theirs[nearest];
            })
        .toArray();
  }
}
