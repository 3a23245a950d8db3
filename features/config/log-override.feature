Feature: Temporary log level

  The override ends by itself, so debug logging cannot stay enabled by mistake.

  @proves:logging.override.level @proves:logging.override.until
  Scenario: Ten minutes of debug logging
    When an anonymous client requests the health check
    Then the request is not logged
    When the operator overrides the log level with debug for 10 minutes
    And an anonymous client requests the health check
    Then the log entry of the request has level "debug"
    When 11 minutes pass
    Then the end of the override is logged, and the log level is info
    When an anonymous client requests the health check
    Then the request is not logged

  Scenario: The regular log level changes during the override
    When the operator overrides the log level with debug for 10 minutes
    And the operator sets logging.level to warn
    And an anonymous client requests the health check
    Then the log entry of the request has level "debug"
    When 11 minutes pass
    Then the end of the override is logged, and the log level is warn

  Scenario: The operator ends it early
    When the operator overrides the log level with debug for 10 minutes
    And the operator empties local.yaml
    Then the end of the override is logged, and the log level is info

  Scenario: The system clock is set back
    When the operator overrides the log level with debug for 10 minutes
    And 11 minutes pass
    Then the end of the override is logged, and the log level is info
    When the system clock is set back by 5 minutes
    Then an override with the level debug is logged 2 times
    When an anonymous client requests the health check
    Then the log entry of the request has level "debug"

  Scenario: A restart during the override
    When the operator overrides the log level with debug for 10 minutes
    And the service is restarted
    And an anonymous client requests the health check
    Then the log entry of the request has level "debug"

  Scenario: An override in the past has no effect
    Given the service was started with the settings:
      """
      logging: {override: {level: debug, until: 2020-01-31T12:00:00Z}}
      """
    When an anonymous client requests the health check
    Then the request is not logged

  Scenario: The settings show the override and the regular level
    When the operator overrides the log level with debug for 10 minutes
    Then the setting logging.override.level has the value debug
    And the setting logging.level has the value info

  Scenario Outline: An override with <problem> is rejected
    When the operator writes an invalid local.yaml:
      """
      logging: {override: {<override>}}
      """
    Then the reload fails with <code> for logging.override.<key> in local.yaml

    Examples:
      | problem                   | override                                   | key   | code         |
      | a level but no end        | level: debug                               | level | conflict     |
      | an end but no level       | until: 2030-01-31T12:00:00Z                | until | conflict     |
      | a time without an offset  | level: debug, until: "2030-01-31 12:00:00" | until | wrong_type   |
      | a day that does not exist | level: debug, until: 2030-02-30T12:00:00Z  | until | wrong_type   |
      | a duration as its end     | level: debug, until: 10m                   | until | wrong_type   |
      | an unknown level          | level: loud, until: 2030-01-31T12:00:00Z   | level | out_of_range |
