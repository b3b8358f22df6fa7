package io.latentry.cli.fit;

import io.latentry.cli.terminal.WrongUsage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many false alarms somebody is ready to look at, such as {@code 5/day}. */
public record AlarmBudget(double alarmsPerDay) {
  private static final Pattern FORM =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*/\\s*(hour|day|week)");

  public static AlarmBudget parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new WrongUsage(
          "--alarms: '" + text + "' (expected: N/hour, N/day or N/week, such as 5/day)");
    }
    double alarms = Double.parseDouble(matcher.group(1));
    return switch (matcher.group(2)) {
      case "hour" -> new AlarmBudget(alarms * 24);
      case "week" -> new AlarmBudget(alarms / 7);
      default -> new AlarmBudget(alarms);
    };
  }
}
