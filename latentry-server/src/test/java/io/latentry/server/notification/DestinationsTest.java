package io.latentry.server.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.icegreen.greenmail.configuration.GreenMailConfiguration;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each kind of receiver is sent, and what a file of them may say. */
final class DestinationsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final String KEY = "s3cret-of-the-receiver";

  @TempDir Path folder;
  private Receiver receiver;

  @BeforeEach
  void open() throws IOException {
    receiver = new Receiver();
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  private static Notice incident() {
    return new Notice(
        "incident/0f3c/0",
        Notice.Kind.INCIDENT,
        Notice.Phase.BEGINS,
        "pump",
        3,
        "0f3c",
        "pressure <high>",
        "site=<A>",
        "2026-01-01T11:00:00Z",
        null,
        "Anomalies of model 'pump': pressure <high>, 4 so far.",
        Map.of("alarms", "4", "peak_score", "7.25"));
  }

  private Destination destination(String... lines) throws IOException {
    return read(lines).destination("a");
  }

  private Destinations read(String... lines) throws IOException {
    return Destinations.read(file(lines), Map.of("HOOK", receiver.url(), "EMPTY", ""));
  }

  private Path file(String... lines) throws IOException {
    return Files.writeString(
        folder.resolve("destinations.yaml"),
        "page_url: https://watch.example/\ndestinations:\n- name: a\n  "
            + String.join("\n  ", lines)
            + "\n");
  }

  @Test
  void aWebhookIsSignedSoThatTheReceiverCanCheckItAndItsTime() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), KEY + "\n");
    destination("type: webhook", "url: " + receiver.url(), "secret_file: " + secret)
        .send(incident(), "id1", NOW);

    Receiver.Got got = receiver.got().get(0);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    String sum =
        HexFormat.of()
            .formatHex(
                mac.doFinal(
                    (NOW.getEpochSecond() + "." + got.body()).getBytes(StandardCharsets.UTF_8)));
    assertThat(got.headers())
        .containsEntry("Latentry-Signature", "t=" + NOW.getEpochSecond() + ",v1=" + sum)
        .containsEntry("Latentry-Event-Id", "id1")
        .containsEntry("Content-Type", "application/json");
    assertThat(got.body()).doesNotContain(KEY);
  }

  @Test
  void aWebhookHasTheFieldsOfAlertmanagersVersion4AndTheNotice() throws Exception {
    Destination webhook = destination("type: webhook", "url_env: HOOK");
    webhook.send(incident(), "id1", NOW);
    webhook.send(incident().over("2026-01-01T12:30:00Z", "Over.", Map.of()), "id2", NOW);

    JsonNode firing = receiver.got().get(0).json();
    assertThat(firing.get("version").asText()).isEqualTo("4");
    assertThat(firing.fieldNames())
        .toIterable()
        .contains(
            "groupKey",
            "truncatedAlerts",
            "status",
            "receiver",
            "groupLabels",
            "commonLabels",
            "commonAnnotations",
            "externalURL",
            "alerts");
    assertThat(firing.get("status").asText()).isEqualTo("firing");
    assertThat(firing.at("/alerts/0/endsAt").asText()).isEqualTo("0001-01-01T00:00:00Z");
    assertThat(firing.at("/alerts/0/labels/alertname").asText()).isEqualTo("LatentryIncident");
    assertThat(firing.at("/event/kind").asText()).isEqualTo("incident");
    assertThat(firing.at("/event/id").asText()).isEqualTo("id1");
    assertThat(firing.at("/event/figures/alarms").asText()).isEqualTo("4");
    JsonNode over = receiver.got().get(1).json();
    assertThat(over.get("status").asText()).isEqualTo("resolved");
    assertThat(over.at("/alerts/0/endsAt").asText()).isEqualTo("2026-01-01T12:30:00Z");
    assertThat(over.at("/alerts/0/fingerprint")).isEqualTo(firing.at("/alerts/0/fingerprint"));
  }

  @Test
  void alertmanagerGetsLabelsThatStayTheSameAndFiguresAsAnnotations() throws Exception {
    Destination alertmanager =
        destination("type: alertmanager", "url: http://127.0.0.1:" + receiver.port() + "/am/");
    alertmanager.send(incident(), "id1", NOW);
    Notice later =
        new Notice(
            "incident/0f3c/0",
            Notice.Kind.INCIDENT,
            Notice.Phase.BEGINS,
            "pump",
            4,
            "0f3c",
            "pressure <high>",
            "site=<A>",
            "2026-01-01T11:00:00Z",
            null,
            "More.",
            Map.of("alarms", "9", "peak_score", "8.5"));
    alertmanager.refresh(List.of(later), NOW.plusSeconds(60));
    alertmanager.send(later.over("2026-01-01T12:30:00Z", "Over.", Map.of()), "id2", NOW);

    assertThat(receiver.got()).extracting(Receiver.Got::path).containsOnly("/am/api/v2/alerts");
    JsonNode first = receiver.got().get(0).json().get(0);
    JsonNode again = receiver.got().get(1).json().get(0);
    JsonNode over = receiver.got().get(2).json().get(0);
    assertThat(again.get("labels")).isEqualTo(first.get("labels"));
    assertThat(over.get("labels")).isEqualTo(first.get("labels"));
    assertThat(first.at("/labels/segment").asText()).isEqualTo("site=<A>");
    assertThat(first.get("labels").toString()).doesNotContain("7.25").doesNotContain("2026");
    assertThat(first.at("/annotations/peak_score").asText()).isEqualTo("7.25");
    assertThat(again.at("/annotations/alarms").asText()).isEqualTo("9");
    assertThat(first.get("startsAt").asText()).isEqualTo("2026-01-01T11:00:00Z");
    assertThat(again.get("endsAt").asText()).isEqualTo("2026-01-01T12:06:00Z");
    assertThat(over.get("endsAt").asText()).isEqualTo("2026-01-01T12:30:00Z");
  }

  @Test
  void slackGetsTextThatCallsNobodyByAColumnsName() throws Exception {
    destination("type: slack", "url_env: HOOK").send(incident(), "id1", NOW);

    JsonNode body = receiver.got().get(0).json();
    assertThat(body.get("text").asText())
        .isEqualTo("Latentry: pump: incident 'pressure &lt;high&gt;' of site=&lt;A&gt;");
    assertThat(body.at("/attachments/0/title_link").asText()).isEqualTo("https://watch.example/");
    assertThat(body.at("/attachments/0/fields/0/value").asText()).isEqualTo("4");
  }

  @Test
  void anEMailComesByALoginWithItsIdAndNoWordOfThePassword() throws Exception {
    GreenMail mail =
        new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP))
            .withConfiguration(
                GreenMailConfiguration.aConfig().withUser("w@plant.example", "watch", "pass1"));
    mail.start();
    try {
      Path password = Files.writeString(folder.resolve("password"), "pass1\n");
      String[] lines = {
        "type: email",
        "host: 127.0.0.1",
        "port: " + mail.getSmtp().getPort(),
        "encryption: none",
        "user: watch",
        "password_file: " + password,
        "from: w@plant.example",
        "to: [ops@plant.example, line7@plant.example]"
      };
      Destination email = destination(lines);
      email.send(incident(), "id1", NOW);

      MimeMessage[] got = mail.getReceivedMessages();
      assertThat(got).hasSize(2);
      assertThat(got[0].getSubject())
          .isEqualTo("Latentry: pump: incident 'pressure <high>' of site=<A>");
      assertThat(got[0].getHeader("Message-ID")).containsExactly("<id1@plant.example>");
      assertThat(got[0].getHeader("Auto-Submitted")).containsExactly("auto-generated");
      assertThat(got[0].getContent().toString())
          .contains("pressure <high>, 4 so far.", "peak_score: 7.25", "https://watch.example/");

      Files.writeString(password, "wrong1");
      assertThatThrownBy(() -> email.send(incident(), "id2", NOW))
          .isInstanceOf(DeliveryException.class)
          .hasMessageNotContaining("wrong1");
      assertThat(mail.getReceivedMessages()).hasSize(2);
    } finally {
      mail.stop();
    }
  }

  @Test
  void aMailServerThatDoesNotEncryptIsSentNothingUnlessThatIsAllowed() throws Exception {
    GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    mail.start();
    try {
      Destination email =
          destination(
              "type: email",
              "host: 127.0.0.1",
              "port: " + mail.getSmtp().getPort(),
              "from: w@plant.example",
              "to: ops@plant.example");
      assertThatThrownBy(() -> email.send(incident(), "id1", NOW))
          .isInstanceOf(DeliveryException.class)
          .hasMessageContaining("STARTTLS");
      assertThat(mail.getReceivedMessages()).isEmpty();
    } finally {
      mail.stop();
    }
    assertThatThrownBy(
            () ->
                read(
                    "type: email",
                    "host: mail.example",
                    "encryption: none",
                    "from: w@plant.example",
                    "to: ops@plant.example"))
        .hasMessageContaining("destinations[0].encryption: none, to another machine");
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    receiver.answer(302);
    Destination webhook = destination("type: webhook", "url_env: HOOK");
    assertThatThrownBy(() -> webhook.send(incident(), "id1", NOW))
        .hasMessage("status 302: redirects are not followed; name where it leads as url");
    assertThat(receiver.got()).hasSize(1);
  }

  @Test
  void aReceiverThatSaysNothingIsGivenUpInTime() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      HttpReceiver http =
          HttpReceiver.of(
                  io.latentry.server.config.PlacedYaml.read(
                      Files.writeString(
                          folder.resolve("url.yaml"),
                          "url: http://127.0.0.1:" + silent.getLocalPort() + "/")),
                  "",
                  Map.of())
              .within(Duration.ofMillis(200));
      Thread taking =
          new Thread(
              () -> {
                try (Socket taken = silent.accept()) {
                  int unused = taken.getInputStream().read(new byte[1 << 16]);
                  Thread.sleep(60_000);
                } catch (IOException | InterruptedException over) {
                  // The test is over.
                }
              });
      taking.setDaemon(true);
      taking.start();
      assertThatThrownBy(() -> http.post("{}", Map.of())).isInstanceOf(DeliveryException.class);
      taking.interrupt();
    }
  }

  @Test
  void whatIsWrongIsToldWithItsPlaceAndNoSecret() {
    assertThatThrownBy(() -> read("type: webhook", "url: http://other.example/x/T0KEN"))
        .hasMessageContaining("destinations.yaml line 3 column 3: destinations[0]: url: neither")
        .hasMessageNotContaining("T0KEN");
    assertThatThrownBy(() -> read("type: slack", "url: 'https://h ost/T0KEN'"))
        .hasMessageContaining("no URL")
        .hasMessageNotContaining("T0KEN");
    assertThatThrownBy(() -> read("type: webhook", "url_env: HOOK", "secret: abc"))
        .hasMessageContaining("secret: in the file itself (expected: secret_file or secret_env)")
        .hasMessageNotContaining("abc");
    assertThatThrownBy(() -> read("type: webhook", "url_env: EMPTY"))
        .hasMessageContaining("'EMPTY' is not set");
    assertThatThrownBy(() -> read("type: webhook", "url_env: HOOK", "secret_file: /not/there"))
        .hasMessageContaining("line 6 column 16: destinations[0].secret_file: /not/there");
    assertThatThrownBy(() -> read("type: webhook", "ulr: x"))
        .hasMessageContaining("line 5 column 8: destinations[0].ulr: unknown key (expected: url)");
    assertThatThrownBy(() -> read("type: pager"))
        .hasMessageContaining("'pager' (expected: one of webhook, slack, alertmanager, email)");
    assertThatThrownBy(() -> read("type: webhook", "url_env: HOOK", "kinds: [surges]"))
        .hasMessageContaining("'surges' (expected: one of surge, silence, no_data,");
    assertThatThrownBy(() -> read("type: slack", "url_env: HOOK", "- name: a", "  type: slack"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aReceiverHearsOfItsModelsAndKindsAlone() throws Exception {
    assertThat(read("type: slack", "url_env: HOOK", "models: [pump]").of(incident()))
        .containsExactly("a");
    assertThat(read("type: slack", "url_env: HOOK", "models: [press]").of(incident())).isEmpty();
    assertThat(read("type: slack", "url_env: HOOK", "kinds: [surge, sla]").of(incident()))
        .isEmpty();
    assertThat(read("type: slack", "url_env: HOOK", "kinds: [incident]").of(incident()))
        .containsExactly("a");
  }
}
