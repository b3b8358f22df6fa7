package io.latentry.pipeline.evidence;

import io.latentry.core.artifact.Digest;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.ClopperPearson;
import io.latentry.core.evaluation.Evaluation;
import io.latentry.core.evaluation.Interval;
import io.latentry.core.evaluation.SampleMoments;
import io.latentry.core.fault.FaultWords;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.Versions;
import io.latentry.pipeline.config.ConfigFile;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.evidence.EvidencePack.SeedFigures;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.pipeline.score.EvaluatePipeline;
import io.latentry.pipeline.score.LabelledPass;
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
  private static final int WORST_SEGMENTS = 10;
  private static final int SINGLE_ROWS = 300;
  private static final int WARM_UPS = 100;

  private final Progress listener;
  private final LongSupplier nanoClock;

  public EvidencePipeline(Progress listener, LongSupplier nanoClock) {
    this.listener = listener;
    this.nanoClock = nanoClock;
  }

  /** What a pack tells of the labelled rows, beside how they are told apart. */
  private static final class Seen {
    private final Map<String, long[]> falseAlarms = new TreeMap<>();
    private @Nullable Rows sample;
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
      double threshold = manifest.threshold().current().score();
      Seen seen = new Seen();
      LabelledPass pass = look(scorer, request, seen);
      Evaluation evaluation = pass.evaluation(threshold);
      int unscorable = pass.unscorable().values().stream().mapToInt(Long::intValue).sum();
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
              unscorable,
              evaluation.auroc(),
              evaluation.auprc(),
              evaluation.recall(),
              evaluation.falseAlarmRate(),
              manifest.threshold().current().falseAlarmRate()),
          overSeeds,
          worst(seen),
          shadow,
          latency(scorer, Optional.ofNullable(seen.sample).orElseThrow()),
          Limits.of(manifest, evaluation, unscorable, overSeeds, request));
    }
  }

  private LabelledPass look(Scorer scorer, EvidencePack.Request request, Seen seen) {
    List<String> keep = new ArrayList<>(List.of(request.label()));
    String segment = request.segment();
    if (segment != null && !segment.equals(request.label())) {
      keep.add(segment);
    }
    double threshold = scorer.manifest().threshold().current().score();
    return LabelledPass.over(
        scorer,
        scoring(request.test(), keep, scorer.manifest()),
        request.normal(),
        "scoring ",
        listener,
        (batch, row, score, isAnomaly) -> {
          if (seen.sample == null) {
            seen.sample = batch.rows();
          }
          if (!isAnomaly && segment != null) {
            long[] counts =
                seen.falseAlarms.computeIfAbsent(
                    batch.kept()[keep.size() - 1][row], s -> new long[2]);
            counts[0]++;
            counts[1] += score > threshold ? 1 : 0;
          }
        });
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
                scoring(request.test(), List.of(), manifest),
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
    SampleMoments moments = SampleMoments.of(values);
    double mean = moments.mean();
    double reach =
        TDistribution.of(values.length - 1.0).inverseCumulativeProbability(0.975)
            * Math.sqrt(moments.sampleVariance() / values.length);
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
                scoring(request.shadow(), List.of(), manifest),
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

  private static ScoreRequest scoring(List<String> data, List<String> keep, Manifest manifest) {
    return new ScoreRequest(
        data,
        noInput(),
        ReadOptions.asFitted(manifest),
        0,
        keep,
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
    try (DataSource source = DataSource.open(patterns, ReadOptions.asFitted(manifest))) {
      MessageDigest digest = Digest.sha256();
      for (String name : source.names()) {
        try (InputStream in = new DigestInputStream(Files.newInputStream(Path.of(name)), digest)) {
          long unused = in.transferTo(OutputStream.nullOutputStream());
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException(patterns + ": not readable: " + FaultWords.of(e), e);
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
