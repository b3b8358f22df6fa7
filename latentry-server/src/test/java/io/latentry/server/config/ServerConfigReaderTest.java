package io.latentry.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.server.series.SeriesMemory;
import io.latentry.server.serving.ServingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServerConfigReaderTest {
  @TempDir Path folder;

  @Test
  void withNothingSaidTheDefaultsHold() throws IOException {
    assertThat(read("", Map.of(), Map.of())).isEqualTo(ServerConfig.DEFAULT);
    assertThat(read("limits:\n", Map.of(), Map.of())).isEqualTo(ServerConfig.DEFAULT);
    assertThat(ServerConfig.DEFAULT.host()).isEqualTo("127.0.0.1");
    assertThat(ServerConfig.DEFAULT.access().corsOrigins()).isEmpty();
  }

  @Test
  void whatModelsAreKeptByIsSettledToo() throws IOException {
    ServerConfig config = read("drain_millis: 1500", Map.of(), Map.of("reload_millis", "250"));
    assertThat(config.serving().drainLimit()).isEqualTo(Duration.ofMillis(1_500));
    assertThat(config.serving().poll()).isEqualTo(Duration.ofMillis(250));
    assertThat(ServerConfig.DEFAULT.serving()).isEqualTo(ServingConfig.defaults());
  }

  @Test
  void howMuchIsKeptOfKeysIsSettledToo() throws IOException {
    assertThat(ServerConfig.DEFAULT.seriesLimits()).isEqualTo(SeriesMemory.Limits.USUAL);
    ServerConfig config =
        read("series: {keys: 7, age_millis: 9000}", Map.of(), Map.of("series.bytes", "2000000"));
    assertThat(config.seriesLimits())
        .isEqualTo(
            new SeriesMemory.Limits(
                7, 2_000_000, Duration.ofSeconds(9), SeriesMemory.Limits.USUAL.savedEvery()));
    assertThat(ServerConfigReader.toYaml(config)).contains("age_millis: 9000");
  }

  @Test
  void aSegmentIsOfAllModelsOrOfOneAndEachHasOneColumn() throws IOException {
    ServerConfig config =
        read("watch: {segments: [site, 'pump: machine/sensor']}", Map.of(), Map.of());
    assertThat(SegmentRule.column(config.watch().segmentRules(), "press")).contains("site");
    assertThat(SegmentRule.column(config.watch().segmentRules(), "pump"))
        .contains("machine/sensor");
    assertThat(SegmentRule.column(ServerConfig.DEFAULT.watch().segmentRules(), "pump")).isEmpty();
    assertThat(read("", Map.of(), Map.of("watch.segments", "pump:site, kind of x")).watch())
        .extracting(ServerConfig.Watching::segments)
        .isEqualTo(List.of("pump:site", "kind of x"));
    assertThatThrownBy(() -> read("watch:\n  segments: ['pump:']", Map.of(), Map.of()))
        .hasMessageContaining("line 2 column 3: ")
        .hasMessageContaining(
            "watch.segments: 'pump:' (expected: a column, or 'pump: site' of one model)");
    assertThatThrownBy(() -> read("", Map.of(), Map.of("watch.segments", "pump: site, pump: kind")))
        .hasMessage(
            "flag: watch.segments: 'site' and 'kind' of model 'pump' (expected: one column)");
  }

  @Test
  void flagsLieOverTheEnvironmentAndThatOverTheFile() throws IOException {
    String file =
        """
        port: 1
        host: file
        limits:
          connections: 11
          json_depth: 12
        """;
    Map<String, String> environment =
        Map.of("LATENTRY_SERVER_PORT", "2", "LATENTRY_SERVER_LIMITS_CONNECTIONS", "22");
    ServerConfig config = read(file, environment, Map.of("port", "3"));
    assertThat(config.port()).isEqualTo(3);
    assertThat(config.limits().connections()).isEqualTo(22);
    assertThat(config.limits().jsonDepth()).isEqualTo(12);
    assertThat(config.host()).isEqualTo("file");
  }

  @Test
  void everyKindOfValueIsRead() throws IOException {
    ServerConfig config =
        read(
            """
            models: "some folder"
            store: {url: 'jdbc:sqlite:r.db', user: me}
            tls: {certificate: c.pem, key: k.pem, client_ca: ca.pem, client_role: admin}
            access:
              api_keys: keys.json
              allow_plaintext: true
              cors_origins: [https://a.example, "http://b.example:8080"]
            log: {format: json, level: WARN}
            """,
            Map.of(),
            Map.of());
    assertThat(config.models()).isEqualTo(Path.of("some folder"));
    assertThat(config.tls().clientRole()).isEqualTo(KeyRole.ADMIN);
    assertThat(config.access().corsOrigins())
        .containsExactly("https://a.example", "http://b.example:8080");
    assertThat(config.access().allowPlaintext()).isTrue();
    assertThat(config.log()).isEqualTo(new ServerConfig.Log(LogFormat.JSON, LogLevel.WARN));
    ServerConfig listed =
        read("", Map.of(), Map.of("access.cors_origins", "https://a.example, https://c.example"));
    assertThat(listed.access().corsOrigins())
        .isEqualTo(List.of("https://a.example", "https://c.example"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limits: {conections: 5} | line 1 column 10: unknown key 'limits.conections' (expected:"
            + " limits.connections)",
        "\\nport: 70000 | line 2 column 1: port: 70000 (expected: 0 to 65535)",
        "port: http | line 1 column 1: port: 'http' (expected: a whole number)",
        "port: 80.5 | line 1 column 1: port: '80.5' (expected: a whole number)",
        "json_depth: 5 | unknown key 'json_depth' (expected: limits.json_depth)",
        "limits: {json_depth: 1} | line 1 column 10: limits.json_depth: 1 (expected: 4 or more)",
        "page: {recent_anomalies: -1} | line 1 column 8: page.recent_anomalies: -1 (expected: 0 to"
            + " 10000, 0 to keep none)",
        "recording: {rows: {share: 0}} | line 1 column 20: recording.rows.share: 0.0 (expected:"
            + " above 0, at most 1)",
        "recording: {rows: {most_per_second: -1}} | recording.rows.most_per_second: -1 (expected:",
        "recording: {rows: {share: half}} | recording.rows.share: 'half' (expected: a number)",
        "series: {keys: 0} | line 1 column 10: series.keys: 0 (expected: 1 or more)",
        "series: {bytes: 1000} | line 1 column 10: series.bytes: 1000 (expected: 1048576 or more)",
        "series: {age_millis: 5} | line 1 column 10: series.age_millis: 5 (expected: 1000 or more)",
        "series: {save_millis: 0} | line 1 column 10: series.save_millis: 0 (expected: 100 or"
            + " more)",
        "limits: {rows_per_batch: 101}\\n"
            + "batching: {queue_rows: 100, max_rows: 100} | line 1 column 10:"
            + " limits.rows_per_batch: 101 (expected: at most batching.queue_rows, 100)",
        "limits: {rows_per_batch: many} | limits.rows_per_batch: 'many' (expected: a whole number)",
        "limits: 5 | line 1 column 1: limits: a value (expected: keys below it)",
        "port: {a: 1} | line 1 column 1: port: keys (expected: a value)",
        "log: {format: xml} | log.format: 'xml' (expected: one of auto, json, text)",
        "access: {allow_plaintext: maybe} | 'maybe' (expected: true or false)",
        "access: {cors_origins: ['*']} | access.cors_origins: '*' (expected: such as"
            + " https://app.example)",
        "tls: {certificate: c.pem} | tls.key: missing (expected: certificate and key together)",
        "store: {url: 'mysql://u:secret@h/d'} | store.url: 'mysql://u:***@h/d' (expected:"
            + " jdbc:sqlite:FILE",
        "port: 1\\nport: 2 | line 2",
        "- port | (expected: keys such as port: or limits:)",
        "port: [1, 2 | line"
      })
  void whatIsWrongIsNamedWithItsPlace(String yaml, String said) {
    assertThatThrownBy(() -> read(yaml.replace("\\n", "\n"), Map.of(), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("server.yaml")
        .hasMessageContaining(said);
  }

  @Test
  void aWrongVariableIsNamedWithTheNearestKey() {
    assertThatThrownBy(() -> read("", Map.of("LATENTRY_SERVER_PROT", "1"), Map.of()))
        .hasMessage(
            "LATENTRY_SERVER_PROT: unknown variable (expected: LATENTRY_SERVER_PORT, or another"
                + " key of the config)");
    assertThatThrownBy(() -> read("", Map.of("LATENTRY_SERVER_PORT", "x"), Map.of()))
        .hasMessage("LATENTRY_SERVER_PORT: port: 'x' (expected: a whole number)");
    assertThatThrownBy(() -> read("", Map.of(), Map.of("prot", "1")))
        .hasMessage("flag: unknown key 'prot' (expected: port)");
  }

  @Test
  void variablesThatKubernetesSetsForAServiceOfThatNameAreNotOurs() throws IOException {
    Map<String, String> environment =
        Map.of(
            "LATENTRY_SERVER_SERVICE_HOST", "10.0.0.1",
            "LATENTRY_SERVER_PORT", "tcp://10.0.0.1:80",
            "LATENTRY_SERVER_PORT_80_TCP_ADDR", "10.0.0.1",
            "LATENTRY_SERVER_HOST", "");
    assertThat(read("", environment, Map.of())).isEqualTo(ServerConfig.DEFAULT);
  }

  @Test
  void thePrintedConfigIsReadAgainAsTheSame() throws IOException {
    ServerConfig config =
        read(
            "tls: {certificate: 'c: 1.pem', key: k.pem}\naccess: {cors_origins: ['https://a.b']}",
            Map.of(),
            Map.of("port", "9"));
    assertThat(read(ServerConfigReader.toYaml(config), Map.of(), Map.of())).isEqualTo(config);
  }

  @Test
  void thePrintedConfigHoldsNoPassword() throws IOException {
    String one = "jdbc:postgresql://someone:hunter2@h/d?ssl=true&password=hunter2";
    String two = "jdbc:postgresql://h/d?Password=hunter2&ssl=true";
    for (String store : List.of(one, two)) {
      ServerConfig config =
          read(
              "",
              Map.of(
                  "LATENTRY_SERVER_STORE_URL", store, "LATENTRY_SERVER_STORE_PASSWORD", "hunter2"),
              Map.of());
      assertThat(config.store().url()).isEqualTo(store);
      assertThat(config.store().password()).isEqualTo("hunter2");
      assertThat(ServerConfigReader.toYaml(config)).doesNotContain("hunter2").contains("***");
      assertThat(ServerConfigReader.toMap(config).toString()).doesNotContain("hunter2");
      assertThat(config.toString()).doesNotContain("hunter2");
    }
  }

  @Test
  void aPasswordIsNotTakenFromTheCommandLine() {
    assertThatThrownBy(() -> read("", Map.of(), Map.of("store.password", "hunter2")))
        .hasMessageContaining("LATENTRY_SERVER_STORE_PASSWORD")
        .message()
        .doesNotContain("hunter2");
  }

  private ServerConfig read(String yaml, Map<String, String> environment, Map<String, String> flags)
      throws IOException {
    Path file = Files.writeString(folder.resolve("server.yaml"), yaml);
    return ServerConfigReader.read(Optional.of(file), environment, flags);
  }
}
