@ops
Feature: Cleanup of expired data
  The cleanup runs at the configured interval.

  Scenario: Changing the interval
    Given the operator has set logging.level to debug
    And the operator has set auth.keys.cleanupInterval to 10m
    When 11 minutes pass
    Then the service soon finishes a cleanup

  Scenario: Expired login counters are deleted
    When 6 failed logins for Nobody come from 198.51.100.1
    And 26 hours pass
    And the expired rows job runs
    Then no login counters are left
