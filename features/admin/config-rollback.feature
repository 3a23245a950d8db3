Feature: Requesting a rollback

  The effects of a rollback are described in features/config/rollback.feature.

  Background:
    Given Root is an administrator
    And the operator has set api.v2Enabled to true

  Scenario: Unknown revision
    When Root rolls back to revision 99
    Then the request is rejected with 404 not_found

  Scenario: The reason is recorded in the audit log
    When Root sends POST /api/v1/admin/config/rollback with the body "{\"revision\": 1, \"reason\": \"too many logins\"}"
    Then revision 3 is applied with changes to "api.v2Enabled"
    And the audit log has 1 "config.rolled_back" event by Root with the reason "too many logins"

  Scenario: The configuration was changed in the meantime
    When Root requests the configuration
    And the ETag is saved
    And the operator sets rateLimit.login.points to 33
    And Root rolls back to revision 1 with the last seen ETag
    Then the request is rejected with 412 precondition_failed

  Scenario Outline: Invalid body <body>
    When Root sends POST /api/v1/admin/config/rollback with the body "<body>"
    Then the request is rejected with 422 validation_failed

    Examples:
      | body                  |
      | {}                    |
      | {\"revision\":0}      |
      | {\"revision\":\"1\"}  |
      | {\"revision\":1.5}    |
      | {\"revision\":1,\"reason\":\"\"} |

  @proves:config.requireReason
  Scenario: A reason is required
    When Root rolls back to revision 1
    And the operator sets config.requireReason to true
    And Root rolls back to revision 2
    Then the request is rejected with 422 validation_failed: required at "/reason"
    When Root changes the configuration:
      """
      {"changes": {"api.v2Enabled": true}}
      """
    Then the request is rejected with 422 validation_failed
    When Root changes the configuration:
      """
      {"changes": {"api.v2Enabled": true}, "reason": "launch"}
      """
    Then revision 5 is applied with changes to "api.v2Enabled"
    When Root requests revision 5
    Then the revision has the trigger override and the reason "launch"

  Scenario: Another change is waiting for confirmation
    When Root sets rateLimit.login.points to 20, to be confirmed within 60 seconds
    And Root rolls back to revision 1
    Then the request is rejected with 409 confirmation_pending
