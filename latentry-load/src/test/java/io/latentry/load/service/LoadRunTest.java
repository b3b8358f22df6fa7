package io.latentry.load.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.Rows;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.scoring.Scorer;
import io.latentry.server.Service;
import io.latentry.server.config.ServerConfigReader;
import io.latentry.server.log.EventLog;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client of the load benchmark against a real service. */
final class LoadRunTest {
  private static final String MODEL = "model";
  private static final int IDLE_MILLIS = 1000;

  @TempDir private static Path folder;
  private static Service service;
  private static LoadClient client;
  private static Rows row;

  @BeforeAll
  static void serve() throws IOException {
    Path data = folder.resolve("data.csv");
    StringBuilder text = new StringBuilder("a,b\n");
    SplittableRandom random = new SplittableRandom(1);
    for (int row = 0; row < 500; row++) {
      double a = random.nextGaussian();
      text.append(String.format(Locale.ROOT, "%.3f,%.3f%n", a, a + random.nextGaussian()));
    }
    Files.writeString(data, text);
    FitConfig config = FitConfig.DEFAULT;
    Path models = Files.createDirectory(folder.resolve("models"));
    Path artifact = models.resolve(MODEL + ".onnx");
    new FitPipeline(Progress.QUIET)
        .fit(
            new FitRequest(
                List.of(data.toString()),
                StandardInput.streamed(InputStream.nullInputStream()),
                new FitConfig(
                    config.data(),
                    config.model(),
                    config.training().toBuilder().steps(20).build(),
                    config.calibration(),
                    config.seed()),
                artifact,
                Optional.empty(),
                Optional.empty()));
    try (Scorer scorer = Scorer.open(artifact)) {
      row = Rows.of(scorer.manifest().schema(), 1, new float[] {0.5f, 0.25f}, new String[0]);
    }
    service =
        Service.start(
            ServerConfigReader.read(
                Optional.empty(),
                Map.of(),
                Map.of(
                    "models",
                    models.toString(),
                    "port",
                    "0",
                    "limits.idle_timeout_millis",
                    Integer.toString(IDLE_MILLIS))),
            EventLog.SILENT);
    client =
        new LoadClient(new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port()));
  }

  @AfterAll
  static void end() {
    client.close();
    service.close();
  }

  private static List<LoadDoor> doors(LoadClient client, String model) {
    return Workload.ofTable(model, row).doors(client, 1);
  }

  @Test
  void everyDoorAnswersEveryRequestOfBothKindsOfLoad() {
    for (LoadDoor door : doors(client, MODEL)) {
      LoadPoint closed = LoadPoint.closedLoop(client, door, 4, 0.2);
      assertThat(closed.errors()).as(door.name()).isEmpty();
      assertThat(closed.answered()).as(door.name()).isGreaterThanOrEqualTo(4);
      LoadPoint open = LoadPoint.openLoop(client, door, 300, 0.2, 1);
      assertThat(open.errors()).as(door.name()).isEmpty();
      assertThat(open.answered()).as(door.name()).isEqualTo(60);
      assertThat(open.millis(50)).as(door.name()).isBetween(0.01, open.millis(100));
    }
  }

  @Test
  void whatIsNoVerdictIsCountedByItsStatus() {
    assertThat(
            doors(client, "other").stream()
                .map(door -> LoadPoint.openLoop(client, door, 100, 0.1, 1).errors()))
        .containsExactly(Map.of("404", 10L), Map.of("404", 10L), Map.of("NOT_FOUND", 10L));
  }

  @Test
  void connectionsThatTheServiceClosedAreReplaced() throws InterruptedException {
    List<LoadDoor> doors = doors(client, MODEL);
    for (LoadDoor door : doors) {
      assertThat(LoadPoint.openLoop(client, door, 100, 0.1, 1).answered()).isEqualTo(10);
    }
    Thread.sleep(2 * IDLE_MILLIS);
    for (LoadDoor door : doors) {
      LoadPoint later = LoadPoint.openLoop(client, door, 100, 0.1, 1);
      assertThat(later.errors()).as(door.name()).isEmpty();
      assertThat(later.answered()).as(door.name()).isEqualTo(10);
    }
  }

  @Test
  void aServiceThatIsNotThereIsAnErrorForEachRequest() {
    try (LoadClient lost =
        new LoadClient(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1))) {
      for (LoadDoor door : doors(lost, MODEL)) {
        assertThat(LoadPoint.openLoop(lost, door, 100, 0.1, 1).errors())
            .as(door.name())
            .isEqualTo(Map.of("no connection", 10L));
      }
    }
  }

  @Test
  void rowsThatCannotBeJudgedEndTheBenchmark() {
    Rows second = Rows.of(row.schema(), 1, new float[] {Float.NaN, 0.25f}, new String[0]);
    LoadBenchmark.Request request =
        new LoadBenchmark.Request(
            folder,
            folder.resolve("models"),
            Workload.ofTable(MODEL, row.followedBy(List.of(second))),
            2,
            0.1,
            0.1,
            0);
    assertThatThrownBy(
            () ->
                LoadBenchmark.measure(
                    request,
                    URI.create("http://127.0.0.1:" + service.port()),
                    new PrintStream(OutputStream.nullOutputStream())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("unscorable (expected: a verdict on each)");
  }
}
