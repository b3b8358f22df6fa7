package io.latentry.server.notification;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** An incoming webhook as Slack has it, and Mattermost and others after it. */
final class SlackDestination implements Destination {
  private static final String RED = "#c0392b";
  private static final String GREEN = "#2e8b57";

  private final HttpReceiver receiver;
  private final Optional<String> page;

  SlackDestination(HttpReceiver receiver, Optional<String> page) {
    this.receiver = receiver;
    this.page = page;
  }

  @Override
  public String type() {
    return "slack";
  }

  @Override
  public void send(Notice notice, String id, Instant now) throws IOException {
    receiver.post(body(notice).toString(), Map.of("latentry-event-id", id));
  }

  private ObjectNode body(Notice notice) {
    ObjectNode body = Notice.JSON.createObjectNode();
    body.put("text", escaped(Words.title(notice)));
    ObjectNode attachment =
        body.putArray("attachments")
            .addObject()
            .put("color", notice.isOver() ? GREEN : RED)
            .put("fallback", escaped(Words.title(notice)))
            .put("text", escaped(notice.summary()));
    page.ifPresent(url -> attachment.put("title", notice.model()).put("title_link", url));
    notice
        .sorted()
        .forEach(
            (key, value) ->
                attachment
                    .withArray("fields")
                    .addObject()
                    .put("title", escaped(key.replace('_', ' ')))
                    .put("value", escaped(value))
                    .put("short", true));
    return body;
  }

  /** A column's name must not call the whole channel. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
