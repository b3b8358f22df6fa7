package io.latentry.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.graph.Output;
import io.latentry.kafka.model.JudgingModel;
import io.latentry.kafka.model.RemoteEngine;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.scoring.Scores;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job whose scores a server gives: here one that runs the same graph, and is busy, away or wrong
 * as it is told.
 */
@Timeout(60)
final class RemoteModelTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  /** Statuses that the next requests get in place of an answer. */
  private final Deque<Integer> statuses = new ArrayDeque<>();

  private final List<Integer> rowsAsked = new ArrayList<>();
  private volatile String version = "1";
  private volatile int mostRows = Integer.MAX_VALUE;
  private volatile float shift;
  private volatile boolean silent;
  private volatile boolean empty;
  private final CountDownLatch ended = new CountDownLatch(1);
  private Scorer scorer;
  private HttpServer server;

  @BeforeEach
  void startServer() throws IOException {
    scorer = Scorer.open(Golden.TABLE, ScorerOptions.threads(1));
    server = start(0);
  }

  @AfterEach
  void endServer() {
    ended.countDown();
    server.stop(0);
    scorer.close();
  }

  private HttpServer start(int port) throws IOException {
    HttpServer started =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    var unused = started.createContext("/v2/models/m/infer", this::answer);
    started.start();
    return started;
  }

  @Test
  void verdictsAreThoseOfAnEngineHereToTheLastBit() throws Exception {
    List<String> header = Golden.header(Golden.TABLE);
    List<String> rows = Golden.rows(Golden.TABLE);
    JudgeOptions options = JudgeOptions.DEFAULT.withExplain(2);
    try (JudgingModel model = remote();
        Driver far = new Driver(folder.resolve("far"), model, options);
        Driver near = new Driver(folder.resolve("near"), Golden.TABLE, options)) {
      for (String row : rows) {
        far.records.pipeInput(new byte[] {1}, Golden.json(header, row));
        near.records.pipeInput(new byte[] {1}, Golden.json(header, row));
      }
      assertThat(far.answers()).isEqualTo(near.answers());
    }
  }

  @Test
  void aServerThatIsBusyIsAskedAgain() throws Exception {
    try (JudgingModel model = remote();
        Driver driver = new Driver(folder, model, JudgeOptions.DEFAULT)) {
      statuses.addAll(List.of(429, 503));
      send(driver, 3);
      assertThat(driver.answers()).hasSize(3);
      assertThat(model.remote().orElseThrow().retries()).isEqualTo(2);
      assertThat(told.poll()).contains("gives no answer: status 429; records wait until it does");
      assertThat(told.poll()).endsWith("answers again");
    }
  }

  @Test
  void whileAServerIsDeadRecordsWaitAndNoneIsLost() throws Exception {
    try (JudgingModel model = remote();
        Driver driver = new Driver(folder, model, JudgeOptions.DEFAULT)) {
      int port = server.getAddress().getPort();
      server.stop(0);
      CompletableFuture<List<StreamVerdict>> answers =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  send(driver, 70);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
                return driver.answers();
              });
      assertThat(told.poll(30, TimeUnit.SECONDS)).contains("gives no answer");
      assertThat(answers).isNotDone();
      assertThat(model.remote().orElseThrow().waiting()).isEqualTo(1);
      server = start(port);
      assertThat(answers.get()).extracting(StreamVerdict::offset).hasSize(70).isSorted();
      assertThat(model.remote().orElseThrow().waiting()).isZero();
    }
  }

  @Test
  void whoeverEndsAJobDoesNotWaitForItsServer() throws Exception {
    try (JudgingModel model = remote();
        Driver driver = new Driver(folder, model, JudgeOptions.DEFAULT)) {
      server.stop(0);
      model.remote().orElseThrow().stopWaiting();
      assertThatThrownBy(() -> send(driver, 64))
          .hasStackTraceContaining("started again, a job goes on where it was");
    }
  }

  @Test
  void aServerThatFallsSilentInTheMiddleOfAnAnswerHoldsNobodyForGood() throws Exception {
    int port = server.getAddress().getPort();
    RemoteEngine engine =
        new RemoteEngine(
            URI.create("http://127.0.0.1:" + port + "/v2/models/m"),
            Duration.ofSeconds(2),
            Optional.empty(),
            told::add);
    try (JudgingModel model = JudgingModel.open(Golden.TABLE, ScorerOptions.threads(1), engine);
        Driver driver = new Driver(folder, model, JudgeOptions.DEFAULT)) {
      silent = true;
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> {
                try {
                  send(driver, 64);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      assertThat(told.poll(30, TimeUnit.SECONDS)).contains("gives no answer: no answer in time");
      engine.stopWaiting();
      assertThatThrownBy(() -> sending.get(30, TimeUnit.SECONDS))
          .hasStackTraceContaining("started again, a job goes on where it was");
    }
  }

  @Test
  void aRequestThatIsTooLargeGoesInHalves() throws Exception {
    try (JudgingModel model = remote();
        Driver driver = new Driver(folder, model, JudgeOptions.DEFAULT)) {
      rowsAsked.clear();
      mostRows = 3;
      send(driver, 7);
      assertThat(driver.answers()).extracting(StreamVerdict::offset).hasSize(7).isSorted();
      assertThat(rowsAsked).containsExactly(7, 3, 4, 2, 2);
    }
  }

  @Test
  void aServerWithAnotherModelOrAnotherVersionIsNotBelieved() throws Exception {
    try (JudgingModel model = remote();
        Driver driver = new Driver(folder, model, JudgeOptions.DEFAULT)) {
      version = "2";
      assertThatThrownBy(() -> send(driver, 64))
          .hasStackTraceContaining("version m 2 answers (expected: m 1, as when the job began)");
    }
    for (float wrong : List.of(0.5f, Float.NaN)) {
      shift = wrong;
      assertThatThrownBy(this::remote)
          .isInstanceOf(ArtifactException.class)
          .hasMessageContaining("as the server has it: output 'reconstruction_term', probe row");
    }
    empty = true;
    assertThatThrownBy(this::remote).hasMessageContaining("FP32 of 0 bytes (expected: FP32 of");
  }

  @Test
  void whatItRefusesIsNotAskedAgain() {
    statuses.add(404);
    assertThatThrownBy(this::remote)
        .hasMessageContaining("answers 404: no such thing (expected: an inference)");
    assertThatThrownBy(() -> engine(URI.create("http://127.0.0.1/v1/models/m")))
        .hasMessageContaining("(expected: .../v2/models/NAME or .../NAME/versions/V)");
    assertThatThrownBy(() -> engine(URI.create("http://me:pw@127.0.0.1/v2/models/m")))
        .hasMessageContaining("without a user")
        .hasMessageNotContaining("pw@");
    assertThatThrownBy(() -> engine(URI.create("http://127.0.0.1/v2/models/m?token=pw")))
        .hasMessageContaining("an address with ? or #")
        .hasMessageNotContaining("pw");
    URI model = URI.create("http://127.0.0.1/v2/models/m");
    assertThatThrownBy(
            () -> new RemoteEngine(model, Duration.ofSeconds(30), Optional.of("pw\n"), told::add))
        .hasMessageContaining("its key has a blank")
        .hasMessageNotContaining("pw");
  }

  private JudgingModel remote() throws IOException {
    int port = server.getAddress().getPort();
    return JudgingModel.open(
        Golden.TABLE,
        ScorerOptions.threads(1),
        engine(URI.create("http://127.0.0.1:" + port + "/v2/models/m")));
  }

  private RemoteEngine engine(URI model) {
    return new RemoteEngine(model, Duration.ofSeconds(30), Optional.empty(), told::add);
  }

  private static void send(Driver driver, int records) throws IOException {
    byte[] record = Golden.json(Golden.header(Golden.TABLE), Golden.rows(Golden.TABLE).get(0));
    for (int i = 0; i < records; i++) {
      driver.records.pipeInput(new byte[] {1}, record);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      int length =
          Integer.parseInt(
              exchange.getRequestHeaders().getFirst("Inference-Header-Content-Length"));
      JsonNode request = JSON.readTree(body, 0, length);
      int rows = request.at("/inputs/0/shape/0").asInt();
      rowsAsked.add(rows);
      Integer status = rows > mostRows ? Integer.valueOf(413) : statuses.poll();
      if (status != null) {
        byte[] words = "no such thing".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, words.length);
        exchange.getResponseBody().write(words);
        return;
      }
      ByteBuffer tensors =
          ByteBuffer.wrap(body, length, body.length - length).order(ByteOrder.LITTLE_ENDIAN);
      byte[] answer = answer(request, tensors, rows, exchange);
      exchange.sendResponseHeaders(200, answer.length);
      if (silent) {
        exchange.getResponseBody().flush();
        try {
          boolean unused = ended.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
        return;
      }
      exchange.getResponseBody().write(answer);
    }
  }

  private byte[] answer(JsonNode request, ByteBuffer tensors, int count, HttpExchange exchange)
      throws IOException {
    Schema schema = scorer.manifest().schema();
    float[] numeric = new float[count * schema.numericCount()];
    for (int i = 0; i < numeric.length; i++) {
      numeric[i] = tensors.getFloat();
    }
    String[] categorical = new String[count * schema.categoricalCount()];
    for (int i = 0; i < categorical.length; i++) {
      byte[] text = new byte[tensors.getInt()];
      var unused = tensors.get(text);
      categorical[i] = new String(text, StandardCharsets.UTF_8);
    }
    Set<Output> wanted = EnumSet.noneOf(Output.class);
    request
        .path("outputs")
        .forEach(
            output ->
                wanted.add(Output.valueOf(output.path("name").asText().toUpperCase(Locale.ROOT))));
    Scores scores = scorer.score(Rows.of(schema, count, numeric, categorical), wanted);
    ByteArrayOutputStream values = new ByteArrayOutputStream();
    List<String> headers = new ArrayList<>();
    for (Output output : wanted) {
      boolean text = output == Output.RECONSTRUCTION_CATEGORICAL;
      ByteArrayOutputStream tensor = new ByteArrayOutputStream();
      if (text) {
        for (String category : scores.expectedCategories()) {
          byte[] bytes = category.getBytes(StandardCharsets.UTF_8);
          tensor.writeBytes(little(4).putInt(bytes.length).array());
          tensor.writeBytes(bytes);
        }
      } else {
        for (float value : scores.values(output)) {
          tensor.writeBytes(little(4).putFloat(value + shift).array());
        }
      }
      if (empty) {
        tensor.reset();
      }
      headers.add(
          "{\"name\":\"%s\",\"datatype\":\"%s\",\"shape\":[%d],\"parameters\":{\"binary_data_size\":%d}}"
              .formatted(output.graphName(), text ? "BYTES" : "FP32", count, tensor.size()));
      values.writeBytes(tensor.toByteArray());
    }
    byte[] header =
        "{\"model_name\":\"m\",\"model_version\":\"%s\",\"outputs\":[%s]}"
            .formatted(version, String.join(",", headers))
            .getBytes(StandardCharsets.UTF_8);
    exchange
        .getResponseHeaders()
        .set("Inference-Header-Content-Length", String.valueOf(header.length));
    return ByteBuffer.allocate(header.length + values.size())
        .put(header)
        .put(values.toByteArray())
        .array();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
