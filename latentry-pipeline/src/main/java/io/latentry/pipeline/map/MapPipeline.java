package io.latentry.pipeline.map;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.Folds;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.map.LatentMap.Group;
import io.latentry.pipeline.report.LatentPlane;
import io.latentry.pipeline.score.ScoreRequest;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.training.map.MapQuality;
import io.latentry.training.map.Tsne;
import io.latentry.training.map.Umap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Lays out the codes of a table's rows, beside those of stored training rows, by UMAP and t-SNE.
 */
public final class MapPipeline {
  /** Rows of the data that are drawn unless told otherwise. */
  public static final int MOST_ROWS = 1_500;

  /** Beyond it exact t-SNE takes gigabytes. */
  public static final int LARGEST_MAP = 6_000;

  private static final int BATCH_ROWS = 4_096;
  private static final int FEATURES = 3;
  private static final double PERPLEXITY = 30;

  private final Progress listener;

  public MapPipeline(Progress listener) {
    this.listener = listener;
  }

  /**
   * Which rows to draw and how.
   *
   * @param label column that says what a row is; empty to go by verdicts
   * @param normal its value for normal rows
   * @param mostRows of the data; anomalies have at least half of the room if they fill it
   */
  public record Options(Optional<String> label, Optional<String> normal, int mostRows, long seed) {

    public Options {
      if (mostRows < 10 || mostRows > LARGEST_MAP) {
        throw new IllegalArgumentException(
            "rows: " + mostRows + " (expected: 10 to " + LARGEST_MAP + ")");
      }
      if (label.isPresent() != normal.isPresent()) {
        throw new IllegalArgumentException(
            "label, normal: one without the other (expected: both or neither)");
      }
    }
  }

  /** A row of the data with its code. */
  private record Drawn(LatentMap.Point point, float[] code) {}

  /**
   * Makes the map.
   *
   * @param request its {@code explain} and {@code keep} count for nothing
   * @throws DataException if the data cannot be read, or no row has a code
   */
  public LatentMap map(Scorer scorer, ScoreRequest request, Options options) {
    List<Drawn> normals = new ArrayList<>();
    List<Drawn> anomalies = new ArrayList<>();
    long unscorable = 0;
    FeatureReader features = new FeatureReader(scorer.manifest());
    List<String> keep = options.label().map(List::of).orElse(List.of());
    try (DataSource source = DataSource.open(request.data(), request.reading(), request.input());
        RowReader reader =
            source.rows(scorer.manifest().schema(), keep, BATCH_ROWS, listener.reading())) {
      listener.stage("scoring " + source.name());
      while (reader.hasNext()) {
        RowBatch batch = reader.next();
        unscorable += read(scorer, features, batch, options, normals, anomalies);
      }
    }
    if (normals.size() + anomalies.size() == 0) {
      throw new DataException("rows: none with a code (expected: at least 1 that can be judged)");
    }
    List<Drawn> drawn = chosen(normals, anomalies, options);
    drawn.addAll(0, training(scorer.manifest()));
    return laidOut(
        drawn,
        (long) normals.size()
            + anomalies.size()
            - drawn.stream().filter(d -> d.point().group() != Group.TRAINING).count(),
        unscorable,
        options.seed());
  }

  /** Returns the rows without a verdict. */
  private static long read(
      Scorer scorer,
      FeatureReader features,
      RowBatch batch,
      Options options,
      List<Drawn> normals,
      List<Drawn> anomalies) {
    Set<Output> also = FeatureReader.outputs(scorer.outputs());
    also.add(Output.LATENT_MEAN);
    Rows rows = batch.rows();
    Judgements judgements = scorer.judge(rows, also);
    float[] codes = judgements.scores().values(Output.LATENT_MEAN);
    int latent = judgements.scores().width(Output.LATENT_MEAN);
    for (int i = 0; i < rows.count(); i++) {
      if (judgements.verdict(i) == Verdict.UNSCORABLE) {
        continue;
      }
      int row = i;
      boolean anomalous =
          options
              .normal()
              .map(value -> !batch.kept()[0][row].equals(value))
              .orElse(judgements.verdict(i) == Verdict.ANOMALY);
      String told =
          features.top(rows, judgements.scores(), i, FEATURES).stream()
              .map(MapPipeline::told)
              .collect(Collectors.joining("\n"));
      LatentMap.Point point =
          new LatentMap.Point(
              anomalous ? Group.ANOMALY : Group.NORMAL,
              batch.firstRow() + i,
              judgements.score(i),
              told);
      (anomalous ? anomalies : normals)
          .add(new Drawn(point, Arrays.copyOfRange(codes, i * latent, (i + 1) * latent)));
    }
    return judgements.count(Verdict.UNSCORABLE);
  }

  private static String told(Feature feature) {
    return feature.name()
        + ": "
        + (feature.actual().isEmpty() ? "missing" : feature.actual())
        + " (expected "
        + feature.expected()
        + ")";
  }

  private static List<Drawn> training(Manifest manifest) {
    return manifest.normals().stream()
        .map(
            n ->
                new Drawn(
                    new LatentMap.Point(Group.TRAINING, n.row(), Double.NaN, ""), n.latentMean()))
        .toList();
  }

  /** Seeded samples, in the order of the data. */
  private static List<Drawn> chosen(List<Drawn> normals, List<Drawn> anomalies, Options options) {
    int room = options.mostRows();
    int strange = Math.min(anomalies.size(), Math.max(room / 2, room - normals.size()));
    List<Drawn> chosen = new ArrayList<>(sample(normals, room - strange, options.seed()));
    chosen.addAll(sample(anomalies, strange, options.seed()));
    return chosen;
  }

  private static List<Drawn> sample(List<Drawn> all, int most, long seed) {
    return all.size() <= most
        ? all
        : Arrays.stream(Folds.shuffle(all.size(), seed))
            .limit(most)
            .sorted()
            .mapToObj(all::get)
            .toList();
  }

  private LatentMap laidOut(List<Drawn> drawn, long left, long unscorable, long seed) {
    int latent = drawn.get(0).code().length;
    float[] codes = new float[drawn.size() * latent];
    for (int i = 0; i < drawn.size(); i++) {
      System.arraycopy(drawn.get(i).code(), 0, codes, i * latent, latent);
    }
    float[] start = start(codes, latent);
    listener.stage("laying out by UMAP");
    float[] umap = Umap.map(codes, latent, start, Umap.NEIGHBOURS, seed);
    listener.stage("laying out by t-SNE");
    float[] tsne = Tsne.map(codes, latent, start, PERPLEXITY);
    listener.stage("judging the maps");
    return new LatentMap(
        drawn.stream().map(Drawn::point).toList(),
        List.of(
            new LatentMap.Layout("UMAP", umap, MapQuality.of(codes, latent, umap)),
            new LatentMap.Layout("t-SNE", tsne, MapQuality.of(codes, latent, tsne))),
        latent,
        left,
        unscorable);
  }

  /** The plane of the two largest principal components. */
  static float[] start(float[] codes, int latent) {
    List<double[]> plane = LatentPlane.fit(codes, latent).project(codes);
    float[] start = new float[2 * plane.size()];
    IntStream.range(0, start.length).forEach(i -> start[i] = (float) plane.get(i / 2)[i % 2]);
    return start;
  }
}
