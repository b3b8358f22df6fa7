package io.latentry.load.retraining;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.latentry.core.data.DataException;
import io.latentry.core.promotion.GateConfig;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.retrain.ChampionInForce;
import io.latentry.pipeline.retrain.RetrainOutcome;
import io.latentry.pipeline.retrain.RetrainPipeline;
import io.latentry.pipeline.retrain.RetrainRequest;
import io.latentry.scoring.ScorerOptions;
import io.latentry.server.retraining.Trainer;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The child process of a service that retrains: as {@code latentry retrain}, without a page. */
final class ChildRetraining {
  private static final int FAILED = 3;

  private ChildRetraining() {}

  /** Starts processes of this program. */
  static List<String> command(Path folder, int heapMegabytes, int cores, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMegabytes + "m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                // For Arrow, which reads Parquet.
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ChildRetraining.class.getName()));
    if (cores > 0) {
      command.add(1, "-XX:ActiveProcessorCount=" + cores);
    }
    command.addAll(arguments);
    return command;
  }

  /** Takes what a {@link Trainer} is given. */
  public static void main(String[] args) throws Exception {
    Map<String, String> options = new HashMap<>();
    for (int i = 1; i + 1 < args.length; i += 2) {
      options.put(args[i], args[i + 1]);
    }
    Path challenger = Path.of(options.get("-o"));
    int code;
    try (ChampionInForce champion =
        ChampionInForce.of(
            Path.of(args[0]),
            Path.of(options.get("--thresholds")),
            challenger.resolveSibling("champion.onnx"),
            ScorerOptions.defaults())) {
      RetrainOutcome outcome =
          new RetrainPipeline(Progress.QUIET, ScorerOptions.defaults(), System::nanoTime)
              .retrain(request(champion.file(), options));
      JsonMapper.builder()
          .build()
          .writeValue(
              Path.of(options.get("--decision")).toFile(),
              Map.of("decision", outcome.decision().word(), "reasons", outcome.reasons()));
      code = outcome.promotes() ? Trainer.PROMOTE : Trainer.REFUSE;
    } catch (DataException unusable) {
      System.out.println(unusable.getMessage());
      code = FAILED;
    } catch (RuntimeException | Error unexpected) {
      unexpected.printStackTrace(System.out);
      // The service tells the last line.
      System.out.println(unexpected);
      code = 1;
    }
    System.exit(code);
  }

  private static RetrainRequest request(Path champion, Map<String, String> options) {
    return new RetrainRequest(
        champion,
        List.of(options.get("--data")),
        StandardInput.streamed(InputStream.nullInputStream()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Path.of(options.get("-o")),
        Set.of(options.getOrDefault("--accept", "").split(",")),
        Optional.empty(),
        GateConfig.DEFAULT,
        0,
        Optional.empty());
  }
}
