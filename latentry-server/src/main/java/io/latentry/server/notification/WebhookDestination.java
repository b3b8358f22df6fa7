package io.latentry.server.notification;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Any address that takes JSON: the body of Alertmanager's webhooks with the notice beside it.
 *
 * <p>With a secret it is signed: {@code Latentry-Signature: t=SECONDS,v1=HEX}, where HEX is the
 * HMAC-SHA256 of {@code SECONDS.BODY}. A receiver that compares SECONDS with its clock cannot be
 * sent an old message by somebody else; {@code Latentry-Event-Id} tells it what it has already.
 */
final class WebhookDestination implements Destination {
  private static final String ALGORITHM = "HmacSHA256";

  private final String name;
  private final HttpReceiver receiver;
  private final AlertJson alerts;
  private final Optional<Secret> secret;
  private final Optional<Secret> token;

  WebhookDestination(
      String name,
      HttpReceiver receiver,
      AlertJson alerts,
      Optional<Secret> secret,
      Optional<Secret> token) {
    this.name = name;
    this.receiver = receiver;
    this.alerts = alerts;
    this.secret = secret;
    this.token = token;
  }

  @Override
  public String type() {
    return "webhook";
  }

  @Override
  public void send(Notice notice, String id, Instant now) throws IOException {
    String body = alerts.webhook(notice, id, name).toString();
    Map<String, String> headers = new TreeMap<>();
    headers.put("latentry-event-id", id);
    if (secret.isPresent()) {
      headers.put(
          "latentry-signature", signature(secret.get().value(), now.getEpochSecond(), body));
    }
    if (token.isPresent()) {
      headers.put("authorization", "Bearer " + token.get().value());
    }
    receiver.post(body, headers);
  }

  static String signature(String secret, long seconds, String body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      byte[] sum = mac.doFinal((seconds + "." + body).getBytes(StandardCharsets.UTF_8));
      return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(sum);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
