package io.latentry.server.notification;

import io.latentry.core.fault.FaultWords;
import io.latentry.server.config.PlacedYaml;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** E-mail by SMTP, in plain text. */
final class EmailDestination implements Destination {
  private static final String TIMEOUT_MILLIS = "10000";
  private static final Map<Encryption, Integer> PORTS =
      Map.of(Encryption.STARTTLS, 587, Encryption.TLS, 465, Encryption.NONE, 25);

  private final Session session;
  private final String host;
  private final int port;
  private final Optional<String> user;
  private final Optional<Secret> password;
  private final InternetAddress from;
  private final List<InternetAddress> to;
  private final Optional<String> page;

  /** How the connection is encrypted. */
  enum Encryption {
    /** Plain at first; a server that does not offer to encrypt is sent nothing. */
    STARTTLS,
    TLS,
    NONE
  }

  private EmailDestination(
      Encryption encryption,
      String host,
      int port,
      Optional<String> user,
      Optional<Secret> password,
      InternetAddress from,
      List<InternetAddress> to,
      Optional<String> page) {
    Properties settings = new Properties();
    String protocol = "mail.smtp.";
    settings.setProperty("mail.transport.protocol", "smtp");
    settings.setProperty(protocol + "connectiontimeout", TIMEOUT_MILLIS);
    settings.setProperty(protocol + "timeout", TIMEOUT_MILLIS);
    settings.setProperty(protocol + "writetimeout", TIMEOUT_MILLIS);
    settings.setProperty(protocol + "auth", Boolean.toString(user.isPresent()));
    settings.setProperty(
        protocol + "starttls.required", Boolean.toString(encryption == Encryption.STARTTLS));
    settings.setProperty(
        protocol + "starttls.enable", Boolean.toString(encryption == Encryption.STARTTLS));
    settings.setProperty(protocol + "ssl.enable", Boolean.toString(encryption == Encryption.TLS));
    settings.setProperty(protocol + "ssl.checkserveridentity", "true");
    this.session = Session.getInstance(settings);
    this.host = host;
    this.port = port;
    this.user = user;
    this.password = password;
    this.from = from;
    this.to = List.copyOf(to);
    this.page = page;
  }

  static EmailDestination of(
      PlacedYaml of, Map<String, String> environment, Optional<String> page) {
    String host = of.required("host");
    Encryption encryption = of.choice("encryption", Encryption.class, Encryption.STARTTLS);
    boolean isHere = host.equals("localhost") || host.equals("127.0.0.1") || host.equals("::1");
    if (encryption == Encryption.NONE && !isHere && !of.flag("allow_plaintext")) {
      throw of.at("encryption")
          .orElse(of)
          .wrong("none, to another machine (expected: starttls or tls, or allow_plaintext: true)");
    }
    Optional<Secret> password = Secret.of(of, "password", false, environment);
    if (password.isPresent() != of.text("user").isPresent()) {
      throw of.wrong("user without a password, or the other way round (expected: both or none)");
    }
    List<InternetAddress> to =
        of.texts("to").stream().map(text -> address(of.at("to").orElse(of), text)).toList();
    if (to.isEmpty()) {
      throw of.wrong("no to (expected: addresses)");
    }
    int port =
        of.at("port")
            .map(EmailDestination::port)
            .orElseGet(() -> PORTS.getOrDefault(encryption, 0));
    return new EmailDestination(
        encryption,
        host,
        port,
        of.text("user"),
        password,
        address(of.at("from").orElse(of), of.required("from")),
        to,
        page);
  }

  private static int port(PlacedYaml value) {
    String text = value.text();
    if (!text.matches("[0-9]{1,5}")) {
      throw value.wrong("'" + text + "' (expected: 1 to 65535)");
    }
    return Integer.parseInt(text);
  }

  private static InternetAddress address(PlacedYaml value, String text) {
    try {
      return new InternetAddress(text, true);
    } catch (AddressException e) {
      throw value.wrong("'" + text + "' (expected: an e-mail address)");
    }
  }

  @Override
  public String type() {
    return "email";
  }

  @Override
  public void send(Notice notice, String id, Instant now) throws IOException {
    try (Transport transport = session.getTransport()) {
      MimeMessage message = message(notice, id, now);
      transport.connect(
          host, port, user.orElse(null), password.isPresent() ? password.get().value() : null);
      transport.sendMessage(message, to.toArray(new InternetAddress[0]));
    } catch (MessagingException e) {
      throw new DeliveryException(reason(e), Optional.empty());
    }
  }

  private MimeMessage message(Notice notice, String id, Instant now) throws MessagingException {
    String domain = from.getAddress().substring(from.getAddress().indexOf('@') + 1);
    MimeMessage message =
        new MimeMessage(session) {
          @Override
          protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", "<" + id + "@" + domain + ">");
          }
        };
    message.setFrom(from);
    message.setRecipients(RecipientType.TO, to.toArray(new InternetAddress[0]));
    message.setSubject(Words.title(notice), StandardCharsets.UTF_8.name());
    message.setSentDate(Date.from(now));
    // So that no machine answers it.
    message.setHeader("Auto-Submitted", "auto-generated");
    message.setText(text(notice), StandardCharsets.UTF_8.name());
    return message;
  }

  private String text(Notice notice) {
    StringBuilder text = new StringBuilder(notice.summary()).append("\n\n");
    text.append("model: ").append(notice.model());
    text.append(", version ").append(notice.version()).append('\n');
    text.append("from: ").append(notice.startsAt()).append('\n');
    if (notice.endsAt() != null) {
      text.append("to: ").append(notice.endsAt()).append('\n');
    }
    notice
        .sorted()
        .forEach((key, value) -> text.append(key).append(": ").append(value).append('\n'));
    page.ifPresent(url -> text.append('\n').append(url).append('\n'));
    return text.toString();
  }

  /** What the server said, but not what it was told: a refusal of a login quotes no password. */
  private static String reason(MessagingException e) {
    return FaultWords.of(e);
  }
}
