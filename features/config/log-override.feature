Feature: Another log level for a while

  It ends by itself: nobody has to remember to turn debug logging off again.

  @proves:logging.override.level @proves:logging.override.until
  Scenario: Ten minutes of debug logging
    Given somebody asks whether the service is healthy
    And no log line tells of that request
    When the operator has overridden the log level with debug for 10 minutes
    And somebody asks whether the service is healthy
    Then a log line at debug tells of that request
    When 11 minutes pass
    Then the log tells that the override is over, and the level is info
    When somebody asks whether the service is healthy
    Then no log line tells of that request

  Scenario: The level that stands besides may change meanwhile
    Given the operator has overridden the log level with debug for 10 minutes
    When the operator sets logging.level to warn
    And somebody asks whether the service is healthy
    Then a log line at debug tells of that request
    When 11 minutes pass
    Then the log tells that the override is over, and the level is warn

  Scenario: The operator ends it early
    Given the operator has overridden the log level with debug for 10 minutes
    When the operator clears the settings
    Then the log tells that the override is over, and the level is info

  Scenario: The clock of the machine is set back
    Given the operator has overridden the log level with debug for 10 minutes
    And 11 minutes pass
    And the log tells that the override is over, and the level is info
    When the system clock is set back by 5 minutes
    Then the log tells 2 times that the level is overridden with debug
    When somebody asks whether the service is healthy
    Then a log line at debug tells of that request

  Scenario: A restart in the middle of it
    Given the operator has overridden the log level with debug for 10 minutes
    When the service is restarted
    And somebody asks whether the service is healthy
    Then a log line at debug tells of that request

  Scenario: One that is over is nothing
    Given the service was started with the settings:
      """
      logging: {override: {level: debug, until: 2020-01-31T12:00:00Z}}
      """
    When somebody asks whether the service is healthy
    Then no log line tells of that request

  Scenario: Where it stands
    Given the operator has overridden the log level with debug for 10 minutes
    Then the operator reads that logging.override.level is debug
    And the operator reads that logging.level is info

  Scenario Outline: <what> is refused
    When the operator writes the settings, which are refused:
      """
      logging: {override: {<override>}}
      """
    Then the operator reads that logging.override.<key> of local.yaml is <code>

    Examples:
      | what                     | override                                    | key   | code       |
      | a level without an end   | level: debug                                | level | conflict   |
      | an end without a level   | until: 2030-01-31T12:00:00Z                 | until | conflict   |
      | a time without an offset | level: debug, until: "2030-01-31 12:00:00"  | until | wrong_type |
      | a day that is not        | level: debug, until: 2030-02-30T12:00:00Z   | until | wrong_type |
      | a length of time         | level: debug, until: 10m                    | until | wrong_type |
      | a level that is not      | level: loud, until: 2030-01-31T12:00:00Z    | level | out_of_range |
