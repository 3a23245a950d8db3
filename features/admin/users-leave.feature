Feature: Operators delete, restore and erase accounts

  Background:
    Given Root is an administrator
    And Ada is logged in

  Scenario: Deleted, the name stays hers
    When Root tries to delete Ada
    Then the response is 204 No Content
    And the audit log has 1 "user.deleted" event for Ada
    When Ada requests the current user
    Then the request is rejected with 401 invalid_token
    When Root tries to look at Ada
    Then the account is shown as deleted
    When Ada registers
    Then the request is rejected with 409 username_taken

  Scenario: Deleted twice
    When Root tries to delete Ada
    And Root tries to delete Ada
    Then the response is 204 No Content
    And the audit log has 1 "user.deleted" event for Ada

  Scenario: Restored
    When Root tries to delete Ada
    And Root tries to restore Ada
    Then the account is shown as active
    And the audit log has 1 "user.restored" event for Ada
    And Ada can log in

  Scenario: Erased for good
    When Root tries to erase Ada
    Then the response is 204 No Content
    And the audit log has 1 "user.erased" event for Ada
    When Root tries to look at Ada
    Then the request is rejected with 404 not_found
    When Root reads the audit trail with "subject=<Ada>"
    Then nothing in it names Ada
    When Ada registers
    Then Ada's account is created
