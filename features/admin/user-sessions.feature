Feature: Ending one session of a user

  Background:
    Given Root is an administrator
    And Ada is logged in
    And Ada's session is saved

  Scenario: Only that session ends
    Given Ada is logged in
    When Root ends the saved session of Ada
    Then the response is 204 No Content
    And the audit log has 1 "session.ended" event by Root with the result "success" for this request
    When Ada lists her sessions
    Then the saved session is not listed

  Scenario: A session of another user
    When Root ends the saved session of Root
    Then the request is rejected with 404 not_found

  Scenario: Ending the same session twice
    When Root ends the saved session of Ada
    And Root ends the saved session of Ada
    Then the request is rejected with 404 not_found

  Scenario: Without the permission
    Given Percy is logged in with the permissions "users:read"
    When Percy ends the saved session of Ada
    Then the request is rejected with 403 forbidden
