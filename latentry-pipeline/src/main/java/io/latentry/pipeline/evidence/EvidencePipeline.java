package io.latentry.pipeline.evidence;

import io.latentry.core.artifact.Digest;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.ClopperPearson;
import io.latentry.core.evaluation.Evaluation;
import io.latentry.core.evaluation.Interval;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.Versions;
import io.latentry.pipeline.config.ConfigFile;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.FitData;
import io.latentry.pipeline.evidence.EvidencePack.SeedFigures;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.pipeline.score.EvaluatePipeline;
import io.latentry.pipeline.score.ScoreRequest;
import io.latentry.pipeline.score.ShadowPipeline;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.commons.statistics.distribution.TDistribution;
import org.jspecify.annotations.Nullable;

/** Gathers the evidence for a model: one pass over labelled rows, fits under other seeds. */
public final class EvidencePipeline {
  private static final int BATCH_ROWS = 8_192;
  private static final int WORST_SEGMENTS = 10;
  private static final int SINGLE_ROWS = 300;
  private static final int WARM_UPS = 100;

  private final Progress listener;
  private final LongSupplier nanoClock;

  public EvidencePipeline(Progress listener, LongSupplier nanoClock) {
    this.listener = listener;
    this.nanoClock = nanoClock;
  }

  /** What was seen of the labelled rows. */
  private static final class Seen {
    private final List<Double> scores = new ArrayList<>();
    private final List<Boolean> anomalous = new ArrayList<>();
    private final Map<String, long[]> falseAlarms = new TreeMap<>();
    private int unscorable;
    private Rows sample;

    Seen(Rows sample) {
      this.sample = sample;
    }
  }

  /**
   * Makes the pack.
   *
   * @throws DataException if the data cannot be read, or lack normal rows or anomalies
   */
  public EvidencePack gather(EvidencePack.Request request) {
    Path model = Path.of(request.model());
    try (Scorer scorer = Scorer.open(model, ScorerOptions.defaults())) {
      Manifest manifest = scorer.manifest();
      Seen seen = look(scorer, request);
      double threshold = manifest.threshold().current().score();
      boolean[] anomalous = new boolean[seen.anomalous.size()];
      for (int i = 0; i < anomalous.length; i++) {
        anomalous[i] = seen.anomalous.get(i);
      }
      Evaluation evaluation =
          Evaluation.of(
              seen.scores.stream().mapToDouble(Double::doubleValue).toArray(),
              anomalous,
              threshold);
      if (evaluation.normals() == 0 || evaluation.anomalies() == 0) {
        throw new DataException(
            "column '%s': %d rows '%s', %d other rows (expected: some of both)"
                .formatted(
                    request.label(),
                    evaluation.normals(),
                    request.normal(),
                    evaluation.anomalies()));
      }
      EvidencePack.OverSeeds overSeeds = overSeeds(request, manifest);
      EvidencePack.@Nullable Shadow shadow = shadow(request, manifest);
      return new EvidencePack(
          EvidencePack.FORMAT_VERSION,
          request,
          new EvidencePack.Fingerprints(
              manifest.modelId(),
              threshold,
              manifest.provenance().dataDigest(),
              digest(request.test(), manifest),
              digest(request.train(), manifest),
              digest(request.shadow(), manifest),
              Versions.all()),
          new EvidencePack.Figures(
              evaluation.normals(),
              evaluation.anomalies(),
              seen.unscorable,
              evaluation.auroc(),
              evaluation.auprc(),
              evaluation.recall(),
              evaluation.falseAlarmRate(),
              manifest.threshold().current().falseAlarmRate()),
          overSeeds,
          worst(seen),
          shadow,
          latency(scorer, seen.sample),
          Limits.of(manifest, evaluation, seen.unscorable, overSeeds, request));
    }
  }

  private Seen look(Scorer scorer, EvidencePack.Request request) {
    List<String> keep = new ArrayList<>(List.of(request.label()));
    String segment = request.segment();
    if (segment != null && !segment.equals(request.label())) {
      keep.add(segment);
    }
    double threshold = scorer.manifest().threshold().current().score();
    Seen seen = new Seen(Rows.concat(scorer.manifest().schema(), List.of()));
    try (DataSource source =
            DataSource.open(request.test(), ConfigFile.reading(scorer.manifest()));
        RowReader reader =
            source.rows(scorer.manifest().schema(), keep, BATCH_ROWS, FitData.reading(listener))) {
      listener.stage("scoring " + source.name());
      while (reader.hasNext()) {
        RowBatch batch = reader.next();
        if (seen.sample.count() == 0) {
          seen.sample = batch.rows();
        }
        Judgements judgements = scorer.judge(batch.rows());
        for (int i = 0; i < judgements.count(); i++) {
          String label = batch.kept()[0][i];
          if (judgements.verdict(i) == Verdict.UNSCORABLE) {
            seen.unscorable++;
          } else if (!label.isEmpty()) {
            boolean normal = label.equals(request.normal());
            seen.scores.add((double) judgements.score(i));
            seen.anomalous.add(!normal);
            if (normal && segment != null) {
              long[] counts =
                  seen.falseAlarms.computeIfAbsent(
                      batch.kept()[keep.size() - 1][i], s -> new long[2]);
              counts[0]++;
              counts[1] += judgements.score(i) > threshold ? 1 : 0;
            }
          }
        }
      }
    }
    return seen;
  }

  private static List<EvidencePack.Segment> worst(Seen seen) {
    return seen.falseAlarms.entrySet().stream()
        .map(
            e ->
                new EvidencePack.Segment(
                    e.getKey(),
                    e.getValue()[0],
                    ClopperPearson.interval(e.getValue()[1], e.getValue()[0])))
        .sorted(
            Comparator.comparingDouble((EvidencePack.Segment s) -> -s.falseAlarmRate().estimate())
                .thenComparing(EvidencePack.Segment::name))
        .limit(WORST_SEGMENTS)
        .toList();
  }

  private EvidencePack.OverSeeds overSeeds(EvidencePack.Request request, Manifest manifest) {
    List<SeedFigures> fits = new ArrayList<>();
    if (!request.train().isEmpty()) {
      FitConfig config = ConfigFile.config(manifest);
      Path folder = temporaryFolder();
      try {
        for (int k = 1; k <= request.seeds(); k++) {
          fits.add(
              figures(
                  request,
                  manifest,
                  config.withSeed(manifest.provenance().seed() + k),
                  folder.resolve("seed.onnx")));
        }
      } finally {
        delete(folder);
      }
    }
    return new EvidencePack.OverSeeds(
        fits,
        mean(fits, SeedFigures::auroc),
        mean(fits, SeedFigures::auprc),
        mean(fits, SeedFigures::recall),
        mean(fits, SeedFigures::falseAlarmRate));
  }

  private SeedFigures figures(
      EvidencePack.Request request, Manifest manifest, FitConfig config, Path target) {
    new FitPipeline(listener)
        .fit(
            new FitRequest(
                request.train(), noInput(), config, target, Optional.empty(), Optional.empty()));
    Evaluation evaluation =
        new EvaluatePipeline(listener)
            .evaluate(
                target,
                scoring(request.test(), manifest),
                request.label(),
                Optional.of(request.normal()))
            .evaluation();
    return new SeedFigures(
        config.seed(),
        evaluation.auroc().estimate(),
        evaluation.auprc().estimate(),
        evaluation.recall().estimate(),
        evaluation.falseAlarmRate().estimate());
  }

  /** The mean with the 95 % interval of Student's t. */
  static Interval mean(List<SeedFigures> fits, ToDoubleFunction<SeedFigures> figure) {
    if (fits.size() < 2) {
      return new Interval(Double.NaN, Double.NaN, Double.NaN);
    }
    double[] values = fits.stream().mapToDouble(figure).toArray();
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance =
        Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
    double reach =
        TDistribution.of(values.length - 1.0).inverseCumulativeProbability(0.975)
            * Math.sqrt(variance / values.length);
    return new Interval(mean, mean - reach, mean + reach);
  }

  private EvidencePack.@Nullable Shadow shadow(EvidencePack.Request request, Manifest manifest) {
    if (request.shadow().isEmpty()) {
      return null;
    }
    ShadowPipeline.Recall all =
        new ShadowPipeline(listener)
            .evaluate(
                Path.of(request.model()),
                scoring(request.shadow(), manifest),
                new ShadowPipeline.Known(Optional.empty(), Optional.empty(), Optional.empty(), 0))
            .all();
    return new EvidencePack.Shadow(all.known(), all.found(), all.recall());
  }

  private EvidencePack.Latency latency(Scorer scorer, Rows rows) {
    listener.stage("timing");
    double[] micros = new double[SINGLE_ROWS];
    for (int i = -WARM_UPS; i < SINGLE_ROWS; i++) {
      Rows row = rows.select(new int[] {Math.floorMod(i, rows.count())});
      long start = nanoClock.getAsLong();
      Judgements unused = scorer.judge(row);
      if (i >= 0) {
        micros[i] = (nanoClock.getAsLong() - start) / 1e3;
      }
    }
    Arrays.sort(micros);
    long start = nanoClock.getAsLong();
    Judgements unused = scorer.judge(rows);
    double seconds = (nanoClock.getAsLong() - start) / 1e9;
    return new EvidencePack.Latency(
        micros[SINGLE_ROWS / 2],
        micros[(int) (0.99 * SINGLE_ROWS)],
        rows.count() / Math.max(seconds, 1e-9),
        Runtime.getRuntime().availableProcessors());
  }

  private static ScoreRequest scoring(List<String> data, Manifest manifest) {
    return new ScoreRequest(
        data,
        noInput(),
        ConfigFile.reading(manifest),
        0,
        List.of(),
        ScorerOptions.defaults().threads());
  }

  private static StandardInput noInput() {
    return StandardInput.streamed(InputStream.nullInputStream());
  }

  /** SHA-256 over the bytes of all files, in order; empty without files. */
  private static String digest(List<String> patterns, Manifest manifest) {
    if (patterns.isEmpty()) {
      return "";
    }
    try (DataSource source = DataSource.open(patterns, ConfigFile.reading(manifest))) {
      MessageDigest digest = Digest.sha256();
      for (String name : source.names()) {
        try (InputStream in = new DigestInputStream(Files.newInputStream(Path.of(name)), digest)) {
          long unused = in.transferTo(OutputStream.nullOutputStream());
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException(patterns + ": not readable: " + e.getMessage(), e);
    }
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("latentry-evidence-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
