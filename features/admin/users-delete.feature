Feature: Deleting, restoring and erasing accounts

  Background:
    Given Root is an administrator
    And Ada is logged in

  Scenario: The username of a deleted account stays reserved
    When Root deletes Ada
    Then the response is 204 No Content
    And the audit log has 1 "user.deleted" event for Ada
    When Ada requests the current user
    Then the request is rejected with 401 invalid_token
    When Root views Ada
    Then the response has status "deleted"
    When Ada registers
    Then the request is rejected with 409 username_taken

  Scenario: Deleting an account twice
    When Root deletes Ada
    And Root deletes Ada
    Then the response is 204 No Content
    And the audit log has 1 "user.deleted" event for Ada

  Scenario: Restoring an account
    When Root deletes Ada
    And Root restores Ada
    Then the response has status "active"
    And the audit log has 1 "user.restored" event for Ada
    And Ada can log in

  Scenario: Erasing an account
    When Root erases Ada
    Then the response is 204 No Content
    And the audit log has 1 "user.erased" event for Ada
    When Root views Ada
    Then the request is rejected with 404 not_found
    When Root requests the audit log with "subject=<Ada>"
    Then the response does not contain Ada's name or email
    When Ada registers
    Then Ada's account is created
