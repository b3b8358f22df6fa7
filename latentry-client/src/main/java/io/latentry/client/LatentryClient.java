package io.latentry.client;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Asks a service for verdicts. Thread-safe; one client serves any number of callers.
 *
 * <p>What the service refuses is a {@link RefusedRequestException} with its message; what keeps it
 * from answering at all is an {@link UncheckedIOException}. A request that the service is too busy
 * for (status 429) is sent again after the pause that it asks for.
 */
public final class LatentryClient {
  private static final int TOO_BUSY = 429;
  private static final String RETRAINING = "/retraining";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          // A newer service may say more.
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .build();

  private final URI service;
  private final ClientOptions options;
  private final HttpClient http;

  private LatentryClient(URI service, ClientOptions options) {
    this.service = service;
    this.options = options;
    this.http =
        HttpClient.newBuilder()
            // Of HTTP/2 the JDK's client reads no refusal before it has sent the whole body.
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(options.connectTimeout())
            .build();
  }

  /** With {@link ClientOptions#DEFAULTS}; asks nothing yet. */
  public static LatentryClient of(URI service) {
    return of(service, ClientOptions.DEFAULTS);
  }

  /**
   * Asks nothing yet.
   *
   * @param service such as {@code http://localhost:8080}
   */
  public static LatentryClient of(URI service, ClientOptions options) {
    String withoutSlash = service.toString().replaceFirst("/+$", "");
    return new LatentryClient(URI.create(withoutSlash), options);
  }

  /** Every model. */
  public List<Model> models() {
    return read(
        send("GET", "/v1/models", BodyPublishers.noBody()).get("models"), new TypeReference<>() {});
  }

  /**
   * The columns that a model's champion takes, in their order.
   *
   * @throws RefusedRequestException with status 503 if the model is not loaded
   */
  public List<Model.Column> columns(String model) {
    JsonNode columns = send("GET", path(model), BodyPublishers.noBody()).at("/schema/columns");
    if (columns.isMissingNode()) {
      throw new RefusedRequestException(503, "model '" + model + "': not loaded (expected: ready)");
    }
    return read(columns, new TypeReference<>() {});
  }

  /** Verdicts of the champion on some rows, each a map from column to value. */
  public Judgements score(String model, List<? extends Map<String, ?>> rows) {
    return score(model, OptionalInt.empty(), ScoreCall.ofRows(rows));
  }

  /**
   * Verdicts of a version.
   *
   * @param version empty for the champion
   */
  public Judgements score(String model, OptionalInt version, ScoreCall call) {
    String of = version.isPresent() ? "/versions/" + version.getAsInt() : "";
    return read(send("POST", path(model) + of + "/score", json(call)), new TypeReference<>() {});
  }

  /** The champion's threshold. */
  public Threshold threshold(String model) {
    return read(
        send("GET", path(model), BodyPublishers.noBody()).get("threshold"),
        new TypeReference<>() {});
  }

  /** What a threshold for another false-alarm rate would be; nothing is changed. */
  public ThresholdMove tryFalseAlarmRate(String model, double rate) {
    return move(model, Map.of("false_alarm_rate", rate, "what_if", true));
  }

  /** Puts the threshold for a false-alarm rate in force. */
  public ThresholdMove moveToFalseAlarmRate(String model, double rate) {
    return move(model, Map.of("false_alarm_rate", rate));
  }

  /** Puts a score in force as the threshold. */
  public ThresholdMove moveToScore(String model, double score) {
    return move(model, Map.of("score", score));
  }

  /** Takes back the latest move. */
  public ThresholdMove undoThreshold(String model) {
    return move(model, Map.of("undo", true));
  }

  /** The latest incidents of a model, the latest alarm first. */
  public List<Incident> incidents(String model) {
    return read(
        send("GET", path(model) + "/incidents", BodyPublishers.noBody()).get("incidents"),
        new TypeReference<>() {});
  }

  /** Says that the caller looks after an incident. */
  public Incident acknowledge(String model, String incident) {
    return change(model, incident, Map.of("acknowledged", true));
  }

  /**
   * Says what an incident was.
   *
   * @param word {@code false_alarm}, {@code confirmed} or {@code known_event}
   * @param note in the caller's own words; may be empty
   */
  public Incident feedback(String model, String incident, String word, String note) {
    return change(model, incident, Map.of("feedback", word, "note", note));
  }

  /**
   * Says the same of every incident of a signature that had an alarm in the last 14 days.
   *
   * @return those incidents
   */
  public List<Incident> feedbackOfAll(String model, String signature, String word, String note) {
    return feedbackOfAll(model, signature, Optional.empty(), word, note);
  }

  /**
   * The same.
   *
   * @param segment of those in it alone, such as {@code site=A}; empty for those of whatever
   *     segment
   */
  public List<Incident> feedbackOfAll(
      String model, String signature, Optional<String> segment, String word, String note) {
    Map<String, String> change =
        new HashMap<>(Map.of("signature", signature, "feedback", word, "note", note));
    segment.ifPresent(of -> change.put("segment", of));
    return read(
        send("PATCH", path(model) + "/incidents", json(change)).get("incidents"),
        new TypeReference<>() {});
  }

  /**
   * Says what a single alarm was.
   *
   * @param number of the example of the incident, from 1 on
   */
  public Incident feedbackOfAlarm(
      String model, String incident, int number, String word, String note) {
    String id = URLEncoder.encode(incident, StandardCharsets.UTF_8);
    JsonNode examples =
        send("GET", path(model) + "/incidents/" + id, BodyPublishers.noBody()).path("examples");
    if (number < 1 || number > examples.size()) {
      throw new IllegalArgumentException(
          "alarm: " + number + " (expected: 1 to " + examples.size() + ", of the examples)");
    }
    JsonNode example = examples.get(number - 1);
    return change(
        model,
        incident,
        Map.of(
            "feedback",
            word,
            "note",
            note,
            "alarm",
            Map.of("at", example.get("at").asText(), "score", example.get("score").asDouble())));
  }

  /** Puts in force what feedback speaks for. */
  public ThresholdMove apply(String model, FeedbackSummary.Change proposed) {
    return move(model, proposed.change());
  }

  /** What people said of a model's incidents, and the threshold that it speaks for. */
  public FeedbackSummary feedback(String model) {
    return read(
        send("GET", path(model) + "/feedback", BodyPublishers.noBody()), new TypeReference<>() {});
  }

  /** The retrainings of a model, the latest first. */
  public Retraining retraining(String model) {
    return read(
        send("GET", path(model) + RETRAINING, BodyPublishers.noBody()), new TypeReference<>() {});
  }

  /**
   * Has a model's champion retrained now; it goes on in the background.
   *
   * @throws RefusedRequestException with status 409 if none may be, or one is under way
   */
  public Retraining.Run retrain(String model) {
    return read(
        send("POST", path(model) + RETRAINING, BodyPublishers.noBody()), new TypeReference<>() {});
  }

  /** Has a model left alone by the schedule and by drift, or no longer. */
  public Retraining pauseRetraining(String model, boolean paused) {
    return read(
        send(
            "POST",
            path(model) + RETRAINING + (paused ? "/pause" : "/resume"),
            BodyPublishers.noBody()),
        new TypeReference<>() {});
  }

  /**
   * Promotes the challenger that waits for somebody's word.
   *
   * @throws RefusedRequestException with status 409 if none waits
   */
  public Retraining.Run approve(String model) {
    return read(
        send("POST", path(model) + RETRAINING + "/approve", BodyPublishers.noBody()),
        new TypeReference<>() {});
  }

  /** Makes the champion before this one the champion again; returns its number. */
  public int rollBack(String model) {
    return send("POST", path(model) + "/rollback", BodyPublishers.noBody()).get("version").asInt();
  }

  /** Which version answered when, newest first. */
  public List<LedgerEntry> ledger(String model) {
    return ledgerOf(path(model) + "/ledger");
  }

  /**
   * What answered at a moment; empty if the model was not known then.
   *
   * @param at such as {@code 2026-01-31T13:00:00Z}
   */
  public Optional<LedgerEntry> ledger(String model, String at) {
    return ledgerOf(path(model) + "/ledger?at=" + coded(at)).stream().findFirst();
  }

  private List<LedgerEntry> ledgerOf(String path) {
    return read(
        send("GET", path, BodyPublishers.noBody()).get("entries"), new TypeReference<>() {});
  }

  /**
   * Which version judged the recorded rows of a day that have a value in a column, and how.
   *
   * @param day such as {@code 2026-01-31}, in UTC
   */
  public List<JudgedRow> judged(String model, String column, String value, String day) {
    String query = "?where=" + coded(column + "=" + value) + "&day=" + coded(day);
    return read(
        send("GET", path(model) + "/recorded/judged" + query, BodyPublishers.noBody()).get("rows"),
        new TypeReference<>() {});
  }

  /**
   * Writes the recorded rows of a model as Parquet, with what people said of alarms: {@code
   * latentry_feedback} ({@code false-alarm}, {@code confirmed} or {@code known-event}, missing
   * where nobody said anything) and {@code latentry_signature} of the incident.
   *
   * @param from a day or a moment in UTC; empty for 30 days before {@code before}
   * @param before likewise; empty for now
   * @param file to write, in place of what is there
   */
  public void recordedRows(
      String model, Optional<String> from, Optional<String> before, Path file) {
    String query =
        "?feedback=true"
            + from.map(at -> "&from=" + coded(at)).orElse("")
            + before.map(at -> "&to=" + coded(at)).orElse("");
    String path = path(model) + "/recorded/rows" + query;
    BodySubscriber<Path> written = BodySubscribers.ofFile(file, CREATE, WRITE, TRUNCATE_EXISTING);
    HttpResponse<String> response =
        sent(
            "GET",
            path,
            BodyPublishers.noBody(),
            info ->
                isSuccess(info.statusCode())
                    ? BodySubscribers.mapping(written, done -> "")
                    : BodySubscribers.ofString(StandardCharsets.UTF_8));
    if (!isSuccess(response.statusCode())) {
      JsonNode unused = answer(path, response);
    }
  }

  private static String coded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Has the service send every receiver of alerts a message at once. */
  public List<Delivered> testNotifications() {
    return read(
        send("POST", "/v1/notifications/test", BodyPublishers.noBody()).get("destinations"),
        new TypeReference<>() {});
  }

  /** The windows of maintenance that stand. */
  public List<MaintenanceWindow> maintenance() {
    return windows(send("GET", "/v1/maintenance", BodyPublishers.noBody()));
  }

  /**
   * Sets a window of maintenance, which counts from now on.
   *
   * @param definition {@code name}; {@code models} or {@code tags}; {@code from} and {@code to}, or
   *     {@code cron} and {@code duration}, or {@code rrule}, {@code start} and {@code duration};
   *     {@code zone}
   */
  public MaintenanceWindow addMaintenance(Map<String, ?> definition) {
    return read(send("POST", "/v1/maintenance", json(definition)), new TypeReference<>() {});
  }

  /** Ends a window that was set; those that stand are left. */
  public List<MaintenanceWindow> endMaintenance(String id) {
    String coded = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    return windows(send("DELETE", "/v1/maintenance/" + coded, BodyPublishers.noBody()));
  }

  private static List<MaintenanceWindow> windows(JsonNode answer) {
    return read(answer.get("windows"), new TypeReference<>() {});
  }

  private Incident change(String model, String incident, Map<String, Object> change) {
    String id = URLEncoder.encode(incident, StandardCharsets.UTF_8).replace("+", "%20");
    return read(
        send("PATCH", path(model) + "/incidents/" + id, json(change)), new TypeReference<>() {});
  }

  private ThresholdMove move(String model, Map<String, Object> change) {
    return read(send("PATCH", path(model) + "/threshold", json(change)), new TypeReference<>() {});
  }

  private static String path(String model) {
    return "/v1/models/" + URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private JsonNode send(String method, String path, BodyPublisher body) {
    return answer(path, sent(method, path, body, BodyHandlers.ofString()));
  }

  private HttpResponse<String> sent(
      String method, String path, BodyPublisher body, BodyHandler<String> reading) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(service + path))
            .timeout(options.requestTimeout())
            .header("accept", "application/json")
            .header("content-type", "application/json")
            .method(method, body);
    options.apiKey().ifPresent(key -> request.header("authorization", "Bearer " + key));
    try {
      HttpResponse<String> response = http.send(request.build(), reading);
      for (int tries = 0; tries < options.retries() && response.statusCode() == TOO_BUSY; tries++) {
        Duration pause = pause(response);
        if (pause.compareTo(options.longestPause()) > 0) {
          break;
        }
        Thread.sleep(pause.toMillis());
        response = sendAgain(request.build(), reading);
      }
      return response;
    } catch (IOException e) {
      throw noAnswer(path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(service + path + ": interrupted", e);
    }
  }

  private UncheckedIOException noAnswer(String path, IOException cause) {
    return new UncheckedIOException(service + path + ": no answer: " + cause, cause);
  }

  /**
   * Sends what was refused as too busy. The service may close the connection of a refused request
   * just as the next one goes out on it; what changes nothing is then sent on a new one.
   */
  private HttpResponse<String> sendAgain(HttpRequest request, BodyHandler<String> reading)
      throws IOException, InterruptedException {
    try {
      return http.send(request, reading);
    } catch (HttpTimeoutException late) {
      throw late;
    } catch (IOException closed) {
      if (request.method().equals("PATCH")) {
        throw closed;
      }
      return http.send(request, reading);
    }
  }

  /** One second if the service says none in seconds. */
  private static Duration pause(HttpResponse<String> response) {
    return response
        .headers()
        .firstValue("retry-after")
        .filter(seconds -> seconds.matches("[0-9]{1,6}"))
        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
        .orElse(Duration.ofSeconds(1));
  }

  private static boolean isSuccess(int status) {
    return status / 100 == 2;
  }

  private JsonNode answer(String path, HttpResponse<String> response) {
    int status = response.statusCode();
    JsonNode answer;
    try {
      answer = JSON.readTree(response.body());
    } catch (JsonProcessingException noJson) {
      throw noAnswer(path, new IOException("status " + status + " without JSON", noJson));
    }
    if (isSuccess(status)) {
      return answer;
    }
    JsonNode error = answer.path("error");
    String message = error.path("message").asText("status " + response.statusCode());
    String fix = error.path("fix").asText();
    throw new RefusedRequestException(status, fix.isEmpty() ? message : message + "; " + fix);
  }

  private static BodyPublisher json(Object document) {
    try {
      return BodyPublishers.ofByteArray(JSON.writeValueAsBytes(document));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "rows: not writable as JSON (expected: numbers, texts and truth values)", e);
    }
  }

  private static <T> T read(JsonNode answer, TypeReference<T> type) {
    return JSON.convertValue(answer, type);
  }
}
