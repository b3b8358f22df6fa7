package io.latentry.cli.show;

/** One look at the machine. What it throws counts as a failed check. */
@FunctionalInterface
interface DoctorCheck {
  Finding look() throws Exception;
}
