Feature: A rollback is asked for

  What it does is told in features/config/rollback.feature.

  Background:
    Given Root is an administrator
    And the operator has set api.v2Enabled to true

  Scenario: No such revision
    When Root rolls back to revision 99
    Then the request is rejected with 404 not_found

  Scenario: Somebody else was faster
    Given Root has looked at the configuration
    And the operator has set rateLimit.login.points to 33
    When Root rolls back to revision 1, as it was seen
    Then the request is rejected with 412 precondition_failed

  Scenario Outline: Not with <body>
    When Root rolls back with "<body>"
    Then the request is rejected with 422 validation_failed

    Examples:
      | body                  |
      | {}                    |
      | {\"revision\":0}      |
      | {\"revision\":\"1\"}  |
      | {\"revision\":1.5}    |
