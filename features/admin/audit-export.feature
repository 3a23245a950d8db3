Feature: Exporting the audit log

  Background:
    Given Root is an administrator
    And Ada is logged in

  Scenario: As CSV
    When Root exports the audit log of Ada as text/csv
    Then the response header Content-Type is "text/csv; charset=utf-8"
    And the download is called "audit-events-<date>.csv"
    And the lines of the export are:
      | id,created_at,action,result,actor_id,subject_id,ip_address,user_agent,request_id,details |
      | user.login                                                                               |
      | user.registered                                                                          |

  Scenario: As NDJSON
    When Root exports the audit log of Ada as application/x-ndjson
    Then the response header Content-Type is "application/x-ndjson; charset=utf-8"
    And the download is called "audit-events-<date>.ndjson"
    And the lines of the export are:
      | user.login      |
      | user.registered |

  Scenario: More events than a page
    Given the audit log has 1,200 more events of Ada
    When Root exports the audit log of Ada as application/x-ndjson
    Then the export has 1,202 lines, each event once

  Scenario: A user agent that looks like a formula
    When Ada logs in with the user agent "=1+1,a"
    And Root exports the audit log of Ada as text/csv
    Then the export contains the field "'=1+1,a"

  Scenario: A client that accepts anything gets JSON
    When Root exports the audit log of Ada as */*
    Then the response header Content-Type is "application/json; charset=utf-8"

  Scenario: Without the permission
    When Ada exports the audit log of Ada as text/csv
    Then the request is rejected with 403 forbidden
