@ops
Feature: What is over is tidied away
  As often as the operator wants, while the service runs.

  Scenario: The operator has it done every ten minutes
    Given the operator sets logging.level to debug
    And the operator sets auth.keys.cleanupInterval to 10m
    When 11 minutes pass
    Then the service soon tells that it has tidied up

  Scenario: Login counters are deleted once they no longer matter
    Given 6 failed logins for Nobody come from 198.51.100.1
    And 26 hours pass
    When the expired rows job runs
    Then no login counter is left
