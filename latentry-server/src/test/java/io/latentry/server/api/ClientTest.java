package io.latentry.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.latentry.client.ClientOptions;
import io.latentry.client.Judgement;
import io.latentry.client.Judgements;
import io.latentry.client.LatentryClient;
import io.latentry.client.Model;
import io.latentry.client.RefusedRequestException;
import io.latentry.client.ScoreCall;
import io.latentry.client.ThresholdMove;
import io.latentry.client.Verdict;
import io.latentry.server.door.Door;
import io.latentry.server.serving.Refusal;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The Java client against the real service. */
final class ClientTest {
  private static final Service SERVICE = new Service();
  private static final LatentryClient CLIENT = LatentryClient.of(SERVICE.uri("/"));

  @AfterAll
  static void close() {
    SERVICE.close();
  }

  private static Map<String, Object> row(Object a) {
    Map<String, Object> row = new HashMap<>();
    row.put("a", a);
    row.put("b", -0.46794);
    row.put("c", 0.30877);
    row.put("d", 0.76638);
    row.put("e", null);
    row.put("flag", true);
    row.put("at", "2024-03-05T03:30:13Z");
    row.put("kind", "middle");
    return row;
  }

  @Test
  void rowsAndColumnsAreJudgedToTheLastDigitAsTheLibraryDoes() throws Exception {
    List<String> table =
        SERVICE
            .post("/v1/models/pump/score", "text/csv", Service.rowsText())
            .text()
            .lines()
            .toList();
    List<String> lines = Service.rowsText().lines().toList();
    String[] names = lines.get(0).split(",", -1);
    Map<String, List<String>> columns = new HashMap<>();
    for (int j = 0; j < names.length; j++) {
      int column = j;
      columns.put(
          names[j],
          lines.stream().skip(1).map(l -> Arrays.asList(l.split(",", -1)).get(column)).toList());
    }
    Judgements judged =
        CLIENT.score("pump", OptionalInt.of(1), ScoreCall.ofColumns(columns).withTerms());
    assertThat(judged.judgements()).hasSize(table.size() - 1);
    for (Judgement one : judged.judgements()) {
      String[] cells = table.get((int) one.row() + 1).split(",", -1);
      assertThat(one.score() == null ? "" : one.score().toString()).isEqualTo(cells[1]);
      assertThat(one.pValue() == null ? "" : one.pValue().toString()).isEqualTo(cells[2]);
      assertThat(one.verdict().name()).isEqualToIgnoringCase(cells[3]);
    }
    assertThat(judged.notices()).containsExactly("unknown to the model and not used: 'label'");
  }

  @Test
  void anAnomalyIsExplained() {
    Judgements judged =
        CLIENT.score(
            "pump",
            OptionalInt.empty(),
            ScoreCall.ofRows(List.of(row(9.5), row("x"))).withExplain(2).withReconstruct());
    Judgement anomaly = judged.judgements().get(0);
    assertThat(anomaly.verdict()).isEqualTo(Verdict.ANOMALY);
    assertThat(anomaly.features()).hasSize(2);
    assertThat(anomaly.features().get(0).name()).isEqualTo("a");
    assertThat(anomaly.features().get(0).actual()).isEqualTo("9.5");
    assertThat(anomaly.reconstruction()).containsKeys("a", "kind");
    assertThat(anomaly.latentTerm()).isNull();
    Judgement unscorable = judged.judgements().get(1);
    assertThat(unscorable.verdict()).isEqualTo(Verdict.UNSCORABLE);
    assertThat(unscorable.score()).isNull();
    assertThat(unscorable.reason()).contains("column 'a': 'x'");
    assertThat(unscorable.features()).isEmpty();
  }

  @Test
  void modelsColumnsAndThresholdsAreTold() {
    Model model = CLIENT.models().get(0);
    assertThat(model.name()).isEqualTo("pump");
    assertThat(model.champion()).isEqualTo(1);
    assertThat(model.versions().get(0).threshold()).isEqualTo(CLIENT.threshold("pump"));
    assertThat(CLIENT.columns("pump"))
        .extracting(Model.Column::name)
        .containsExactly("a", "b", "c", "d", "e", "flag", "at", "kind");
    double before = CLIENT.threshold("pump").score();
    ThresholdMove tried = CLIENT.tryFalseAlarmRate("pump", 0.05);
    assertThat(tried.moved()).isFalse();
    assertThat(tried.after().calibrationAlarms()).isGreaterThan(tried.before().calibrationAlarms());
    assertThat(CLIENT.moveToFalseAlarmRate("pump", 0.05).after()).isEqualTo(tried.after());
    assertThat(CLIENT.moveToScore("pump", 1.5).after().threshold().rule()).isEqualTo("manual");
    ThresholdMove undone = CLIENT.undoThreshold("pump");
    assertThat(undone.after()).isEqualTo(tried.after());
    assertThat(CLIENT.undoThreshold("pump").after().threshold().score()).isEqualTo(before);
  }

  @Test
  void whatTheServiceRefusesComesWithItsWords() {
    assertThatThrownBy(() -> CLIENT.score("none", List.of(row(1))))
        .isInstanceOfSatisfying(
            RefusedRequestException.class, e -> assertThat(e.status()).isEqualTo(404))
        .hasMessageContaining("model: 'none' (expected: one of [pump])")
        .hasMessageContaining("GET /v1/models");
    assertThatThrownBy(() -> CLIENT.threshold("a/b c")).hasMessageContaining("'a/b c'");
    assertThatThrownBy(() -> CLIENT.undoThreshold("pump"))
        .isInstanceOfSatisfying(
            RefusedRequestException.class, e -> assertThat(e.status()).isEqualTo(409));
    assertThatThrownBy(() -> LatentryClient.of(URI.create("http://127.0.0.1:1")).models())
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("http://127.0.0.1:1/v1/models: no answer");
  }

  @Test
  void aBusyServiceIsAskedAgain() {
    SERVICE.host().refuseNext(Refusal.BUSY, "full");
    assertThat(CLIENT.score("pump", List.of(row(0.5))).judgements()).hasSize(1);
    SERVICE.host().refuseNext(Refusal.BUSY, "full");
    LatentryClient impatient =
        LatentryClient.of(SERVICE.uri(""), ClientOptions.DEFAULTS.withRetries(0));
    assertThatThrownBy(() -> impatient.score("pump", List.of(row(0.5))))
        .isInstanceOfSatisfying(
            RefusedRequestException.class, e -> assertThat(e.status()).isEqualTo(429));
  }

  @Test
  void retriesAreCountedThePauseIsBoundedAndTheKeyIsSent() {
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger seconds = new AtomicInteger();
    Door door =
        server ->
            server.service(
                "/v1/models",
                (context, request) -> {
                  assertThat(request.headers().get(HttpHeaderNames.AUTHORIZATION))
                      .isEqualTo("Bearer s3cret");
                  int unused = asked.incrementAndGet();
                  return HttpResponse.of(
                      ResponseHeaders.of(
                          HttpStatus.TOO_MANY_REQUESTS,
                          HttpHeaderNames.CONTENT_TYPE,
                          MediaType.JSON,
                          HttpHeaderNames.RETRY_AFTER,
                          seconds.get()),
                      HttpData.ofUtf8("{\"error\": {\"message\": \"full\"}}"));
                });
    try (Closing service = Closing.of(door)) {
      ClientOptions options = ClientOptions.DEFAULTS.withApiKey("s3cret").withRetries(2);
      assertThat(options.toString()).doesNotContain("s3cret");
      LatentryClient client = LatentryClient.of(service.uri(), options);
      assertThatThrownBy(client::models).hasMessage("full");
      assertThat(asked.get()).isEqualTo(3);
      seconds.set(3600);
      assertThatThrownBy(client::models).hasMessage("full");
      assertThat(asked.get()).isEqualTo(4);
    }
  }

  @Test
  void aServiceThatNeverAnswersIsGivenUp() {
    Door door =
        server ->
            server.service(
                "/v1/models", (context, request) -> HttpResponse.of(new CompletableFuture<>()));
    try (Closing service = Closing.of(door)) {
      LatentryClient client =
          LatentryClient.of(
              service.uri(), ClientOptions.DEFAULTS.withRequestTimeout(Duration.ofMillis(200)));
      assertThatThrownBy(client::models)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("timed out");
    }
  }

  /** A service with another door alone; closed in the background. */
  private record Closing(Server server) implements AutoCloseable {
    static Closing of(Door door) {
      ServerBuilder builder = Server.builder().http(0);
      door.openOn(builder);
      Server server = builder.build();
      server.start().join();
      return new Closing(server);
    }

    URI uri() {
      return URI.create("http://127.0.0.1:" + server.activeLocalPort());
    }

    @Override
    public void close() {
      CompletableFuture<Void> unused = CompletableFuture.runAsync(server::close);
    }
  }
}
