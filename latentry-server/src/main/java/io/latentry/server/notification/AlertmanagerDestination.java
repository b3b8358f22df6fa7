package io.latentry.server.notification;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Prometheus' Alertmanager. What holds is said again every so often, since it counts an alert of
 * which it hears nothing as over.
 */
final class AlertmanagerDestination implements Destination {
  static final String PATH = "/api/v2/alerts";
  private static final int MOST_AT_ONCE = 64;

  private final HttpReceiver receiver;
  private final AlertJson alerts;
  private final Optional<Secret> token;

  AlertmanagerDestination(HttpReceiver receiver, AlertJson alerts, Optional<Secret> token) {
    this.receiver = receiver;
    this.alerts = alerts;
    this.token = token;
  }

  @Override
  public String type() {
    return "alertmanager";
  }

  @Override
  public void send(Notice notice, String id, Instant now) throws IOException {
    post(List.of(notice), now);
  }

  @Override
  public void refresh(List<Notice> holding, Instant now) throws IOException {
    for (int from = 0; from < holding.size(); from += MOST_AT_ONCE) {
      post(holding.subList(from, Math.min(holding.size(), from + MOST_AT_ONCE)), now);
    }
  }

  private void post(List<Notice> notices, Instant now) throws IOException {
    ArrayNode body = Notice.JSON.createArrayNode();
    notices.forEach(notice -> body.add(alerts.posted(notice, now)));
    receiver.post(
        body.toString(),
        token.isPresent() ? Map.of("authorization", "Bearer " + token.get().value()) : Map.of());
  }
}
