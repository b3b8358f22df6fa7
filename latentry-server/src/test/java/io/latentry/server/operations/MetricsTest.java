package io.latentry.server.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import io.latentry.core.data.Rows;
import io.latentry.scoring.Judgements;
import io.latentry.server.monitoring.ServingStatistics;
import io.latentry.server.serving.ModelLease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What Prometheus is told, read as Prometheus reads it. */
final class MetricsTest {
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?:[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n"
              + "]|\\\\.)*\",?)*})? (-?[0-9.eE+-]+|[+-]Inf|NaN)");

  @Test
  void everyLineIsAsPrometheusReadsIt() throws Exception {
    try (TestServer server = TestServer.with()) {
      server.send(HttpMethod.POST, "/v1/models/golden/score", new byte[3]);
      AggregatedHttpResponse answer = server.ask(HttpMethod.GET, "/metrics");
      assertThat(String.valueOf(answer.contentType())).startsWith("text/plain; version=0.0.4");
      Map<String, Double> samples = samples(answer.contentUtf8());
      assertThat(samples).containsEntry("latentry_ready", 1.0);
      assertThat(samples)
          .containsEntry(
              "latentry_requests_total{door=\"api\",model=\"golden\",status=\"200\"}", 1.0);
      assertThat(samples)
          .containsEntry("latentry_request_seconds_count{door=\"api\",model=\"golden\"}", 1.0);
      assertThat(samples)
          .containsEntry(
              "latentry_model_state{model=\"golden\",state=\"ready\",version=\"1\"}", 1.0);
      assertThat(samples).containsEntry("latentry_queue_rows{model=\"golden\"}", 0.0);
      assertThat(samples.keySet()).anyMatch(name -> name.startsWith("jvm_memory_used_bytes"));
      assertThat(samples.keySet()).anyMatch(name -> name.startsWith("latentry_model_age_seconds"));
    }
  }

  @Test
  void namesThatCallersMakeUpAreNoLabels() throws Exception {
    try (TestServer server = TestServer.with()) {
      for (int i = 0; i < 20; i++) {
        server.send(HttpMethod.POST, "/v1/models/made-up-" + i + "/score", new byte[3]);
        server.ask(HttpMethod.GET, "/made-up-" + i);
      }
      String text = server.ask(HttpMethod.GET, "/metrics").contentUtf8();
      assertThat(text).doesNotContain("made-up");
      assertThat(samples(text))
          .containsEntry("latentry_requests_total{door=\"api\",model=\"\",status=\"404\"}", 20.0);
    }
  }

  @Test
  void verdictsReasonsAndScoresAreCounted() throws Exception {
    try (TestServer server = TestServer.with();
        ModelLease lease = server.models().lend(TestServer.MODEL, OptionalInt.empty())) {
      ServingStatistics statistics = new ServingStatistics(System::nanoTime);
      ServiceMetrics metrics = new ServiceMetrics(statistics.registry());
      int numeric = lease.manifest().schema().numericCount();
      int categorical = lease.manifest().schema().categoricalCount();
      float[] numbers = new float[3 * numeric];
      String[] words = new String[3 * categorical];
      Arrays.fill(words, "never seen");
      Arrays.fill(numbers, 0, numeric, Float.POSITIVE_INFINITY);
      Rows rows =
          new Rows(
              lease.manifest().schema(),
              3,
              numbers,
              words,
              new String[] {null, null, "line 3: a secret value"});
      Judgements judged = lease.judge(rows, Set.of(), Duration.ofSeconds(5)).join();
      statistics.judged(lease.version(), rows, judged);
      statistics.ran("golden", 3, 2, 0.004);
      statistics.failed("golden");
      Map<String, Double> samples = samples(metrics.text());
      double verdicts = 0;
      for (String verdict : List.of("normal", "anomaly", "unscorable")) {
        verdicts +=
            samples.get("latentry_rows_total{model=\"golden\",verdict=\"" + verdict + "\"}");
      }
      assertThat(verdicts).isEqualTo(3);
      assertThat(samples)
          .containsEntry(
              "latentry_unscorable_rows_total{kind=\"not_finite\",model=\"golden\"}", 1.0)
          .containsEntry("latentry_unscorable_rows_total{kind=\"other\",model=\"golden\"}", 1.0)
          .containsEntry("latentry_score_above_threshold_count{model=\"golden\"}", 1.0)
          .containsEntry("latentry_run_requests_sum{model=\"golden\"}", 2.0)
          .containsEntry("latentry_model_loads_total{model=\"golden\",outcome=\"failed\"}", 1.0);
      double above =
          samples.get("latentry_score_above_threshold_bucket{model=\"golden\",le=\"0.0\"}");
      assertThat(above)
          .isEqualTo(1 - samples.get("latentry_rows_total{model=\"golden\",verdict=\"anomaly\"}"));
      assertThat(metrics.text()).doesNotContain("secret");
    }
  }

  private static Map<String, Double> samples(String text) {
    Map<String, Double> samples = new HashMap<>();
    List<String> wrong = new ArrayList<>();
    for (String line : text.lines().toList()) {
      Matcher sample = SAMPLE.matcher(line);
      if (line.startsWith("# HELP ") || line.startsWith("# TYPE ")) {
        continue;
      }
      if (!sample.matches()) {
        wrong.add(line);
        continue;
      }
      String labels = sample.group(2) == null ? "" : sample.group(2);
      String value = sample.group(3).replace("Inf", "Infinity");
      assertThat(samples.put(sample.group(1) + labels, Double.parseDouble(value)))
          .as("sample twice: %s", line)
          .isNull();
    }
    assertThat(wrong).isEmpty();
    return samples;
  }
}
