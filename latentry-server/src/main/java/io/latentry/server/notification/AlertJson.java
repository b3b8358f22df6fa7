package io.latentry.server.notification;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.latentry.core.artifact.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Notices as Alertmanager writes and reads alerts. Labels say which alert it is, and stay the same
 * while it holds; figures and moments are annotations.
 *
 * @see <a href="https://prometheus.io/docs/alerting/latest/configuration/#webhook_config">the body
 *     of a webhook, version 4</a>
 */
final class AlertJson {
  /** How long an alert holds of which nothing is heard. */
  static final Duration HOLDS = Duration.ofMinutes(5);

  private static final String NEVER = "0001-01-01T00:00:00Z";
  private static final int FINGERPRINT_LETTERS = 16;

  private final Optional<String> page;

  /**
   * @param page where people look
   */
  AlertJson(Optional<String> page) {
    this.page = page;
  }

  /** What tells an alert from others: no score, no count, no moment. */
  static Map<String, String> labels(Notice notice) {
    Map<String, String> labels = new TreeMap<>();
    labels.put("alertname", "Latentry" + notice.kind().camel());
    labels.put("model", notice.model());
    labels.put("severity", notice.kind() == Notice.Kind.TEST ? "info" : "warning");
    if (notice.incident() != null) {
      labels.put("incident", notice.incident());
    }
    if (notice.signature() != null) {
      labels.put("signature", notice.signature());
    }
    if (notice.segment() != null) {
      labels.put("segment", notice.segment());
    }
    if (notice.kind() == Notice.Kind.SLA) {
      labels.put("sla", notice.key().substring(notice.key().lastIndexOf('/') + 1));
    }
    return labels;
  }

  private static Map<String, String> annotations(Notice notice) {
    Map<String, String> annotations = new TreeMap<>(notice.figures());
    annotations.put("summary", notice.summary());
    annotations.put("version", Integer.toString(notice.version()));
    return annotations;
  }

  /** One of {@code POST /api/v2/alerts}. */
  ObjectNode posted(Notice notice, Instant now) {
    ObjectNode alert = Notice.JSON.createObjectNode();
    alert.set("labels", Notice.JSON.valueToTree(labels(notice)));
    alert.set("annotations", Notice.JSON.valueToTree(annotations(notice)));
    alert.put("startsAt", notice.startsAt());
    String end = notice.endsAt();
    alert.put("endsAt", end == null ? now.plus(HOLDS).toString() : end);
    page.ifPresent(url -> alert.put("generatorURL", url));
    return alert;
  }

  /** The body of a webhook, with the notice itself beside what Alertmanager would say. */
  ObjectNode webhook(Notice notice, String id, String receiver) {
    ObjectNode labels = Notice.JSON.valueToTree(labels(notice));
    ObjectNode annotations = Notice.JSON.valueToTree(annotations(notice));
    String status = notice.isOver() ? "resolved" : "firing";
    ObjectNode body = Notice.JSON.createObjectNode();
    body.put("version", "4");
    body.put("groupKey", notice.key());
    body.put("truncatedAlerts", 0);
    body.put("status", status);
    body.put("receiver", receiver);
    body.putObject("groupLabels").put("alertname", labels.get("alertname").asText());
    body.set("commonLabels", labels);
    body.set("commonAnnotations", annotations);
    body.put("externalURL", page.orElse(""));
    ArrayNode alerts = body.putArray("alerts");
    String end = notice.endsAt();
    alerts
        .addObject()
        .put("status", status)
        .<ObjectNode>set("labels", labels)
        .<ObjectNode>set("annotations", annotations)
        .put("startsAt", notice.startsAt())
        .put("endsAt", end == null ? NEVER : end)
        .put("generatorURL", page.orElse(""))
        .put("fingerprint", fingerprint(labels));
    ObjectNode event = Notice.JSON.valueToTree(notice);
    event.put("id", id);
    body.set("event", event);
    return body;
  }

  private static String fingerprint(ObjectNode labels) {
    return HexFormat.of()
        .formatHex(Digest.sha256().digest(labels.toString().getBytes(StandardCharsets.UTF_8)))
        .substring(0, FINGERPRINT_LETTERS);
  }
}
