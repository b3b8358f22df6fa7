package io.latentry.server.door;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.latentry.server.serving.Refusal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Jackson says of JSON that it cannot read, in words for whoever sent it. */
public final class BrokenJson {
  /** Where Jackson says which of our settings it met. */
  private static final Pattern OUR_CODE = Pattern.compile(", from `[^`]*`\\)");

  /** Where it says that it does not show the text, and which setting would. */
  private static final Pattern HIDDEN_SOURCE = Pattern.compile("\\[Source: [^;\\]]*; ([^\\]]*)\\]");

  /** How it tells of NaN and infinities, which JSON does not have. */
  private static final Pattern NO_JSON_NUMBER = Pattern.compile("^Non-standard token '([^']*)'");

  private BrokenJson() {}

  /** {@link Refusal#TOO_LARGE} if it is beyond a limit. */
  public static Refusal refusal(JsonProcessingException broken) {
    return broken instanceof StreamConstraintsException ? Refusal.TOO_LARGE : Refusal.BAD_INPUT;
  }

  /** What is wrong, in one line and without its place. */
  public static String reason(JsonProcessingException broken) {
    String message = String.valueOf(broken.getOriginalMessage());
    Matcher number = NO_JSON_NUMBER.matcher(message);
    if (number.find()) {
      return "'"
          + number.group(1)
          + "' (expected: a number as JSON has them; write null for a missing value)";
    }
    int end = message.indexOf('\n');
    String line = end < 0 ? message : message.substring(0, end);
    return HIDDEN_SOURCE.matcher(OUR_CODE.matcher(line).replaceAll(")")).replaceAll("$1");
  }
}
