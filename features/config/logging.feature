Feature: The log follows the configuration

  @proves:logging.level
  Scenario: The log level
    Given somebody asks whether the service is healthy
    And no log line tells of that request
    When the operator sets logging.level to debug
    And somebody asks whether the service is healthy
    Then a log line at debug tells of that request
    When the operator sets logging.level to warn
    And somebody asks whether the service is healthy
    Then no log line tells of that request
